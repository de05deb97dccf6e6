//! The statements of a program.
//!
//! What is read once stands inside of what reads it, down to a depth that a reader and the compiler can follow; what is
//! read more often, or has the user's name, is a local variable.

use super::Item;
use crate::recurrent::tape::{Call, Instruction, Kind, Program, Register};
use crate::runtime::local;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// How deep expressions are put into expressions.
const DEPTH: usize = 6;

/// The local variables of a program, while it is written.
pub(super) struct Body<'a> {
    pub(super) item: &'a Item<'a>,
    program: &'a Program,
    /// How often each register is read.
    uses: Vec<usize>,
    codes: Vec<Code>,
    /// The deepest operand of the expression that is being written.
    deepest: usize,
}

/// How the value of a register is written.
#[derive(Clone)]
enum Code {
    /// A local variable, which may be a reference.
    Local {
        name: Ident,
        reference: bool,
    },
    Inline {
        tokens: TokenStream,
        form: Form,
        depth: usize,
    },
}

/// How tightly an expression holds together, loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Comparisons and choices.
    Choice,
    Sum,
    Product,
    Negation,
    Call,
}

/// The statements of a program, and each result as an expression. `States` before `next`.
pub(super) struct Written {
    pub(super) statements: TokenStream,
    pub(super) outputs: Vec<TokenStream>,
    pub(super) next: Vec<TokenStream>,
}

/// Writes a program whose results are tensors.
pub(super) fn step(item: &Item<'_>, program: &Program) -> Written {
    let (mut body, statements) = Body::write(item, program, true);
    let roots: Vec<Register> = program.outputs.iter().chain(&program.next).copied().collect();
    let results = (0..roots.len()).map(|at| body.moved(roots[at], roots[at + 1..].contains(&roots[at])));
    let mut outputs: Vec<TokenStream> = results.collect();
    let next = outputs.split_off(program.outputs.len());
    Written { statements, outputs, next }
}

/// Writes a program whose outputs are numbers.
pub(super) fn numbers(item: &Item<'_>, program: &Program) -> (TokenStream, Vec<TokenStream>) {
    let (mut body, statements) = Body::write(item, program, false);
    let numbers = program.outputs.iter().map(|output| body.number(*output)).collect();
    (statements, numbers)
}

impl<'a> Body<'a> {
    fn write(item: &'a Item<'a>, program: &'a Program, name_results: bool) -> (Self, TokenStream) {
        let codes = Vec::with_capacity(program.instructions.len());
        let mut body = Self { item, program, uses: uses(program), codes, deepest: 0 };
        let mut results = vec![false; program.instructions.len()];
        let roots = program.outputs.iter().chain(&program.next);
        roots.for_each(|root| results[root.index()] = name_results);
        let mut statements = TokenStream::new();
        for (at, instruction) in program.instructions.iter().enumerate() {
            let code = match body.leaf(instruction) {
                Some(code) => code,
                None => body.code(at, instruction, results[at], &mut statements),
            };
            body.codes.push(code);
        }
        (body, statements)
    }

    /// What has a name already.
    fn leaf(&self, instruction: &Instruction) -> Option<Code> {
        let cell = self.item.typed;
        let (name, reference) = match instruction.call {
            Call::Input(at) => (&cell.inputs[at].name, true),
            Call::Context(at) => (&cell.contexts[at].name, true),
            Call::State(at) => (&cell.states[at].name, false),
            _ => return None,
        };
        Some(Code::Local { name: local(name), reference })
    }

    fn code(&mut self, at: usize, instruction: &Instruction, result: bool, statements: &mut TokenStream) -> Code {
        self.deepest = 0;
        let (tokens, form) = self.expression(instruction);
        let depth = self.deepest + 1;
        let short = matches!(instruction.call, Call::Number(_) | Call::Size(_) | Call::Hyper(_));
        let once = self.uses[at] == 1 && instruction.hint.is_none() && depth < DEPTH && !result;
        if let (Call::Optional(parameter), true) = (&instruction.call, once) {
            // its readers take a field as well as what is in it
            let field = self.item.field(&self.item.typed.parameters[*parameter].name);
            return Code::Inline { tokens: quote!(self.#field), form, depth };
        }
        if short || once {
            return Code::Inline { tokens, form, depth };
        }
        let name = self.name(at, instruction);
        statements.extend(quote!(let #name = #tokens;));
        Code::Local { name, reference: false }
    }

    fn name(&self, at: usize, instruction: &Instruction) -> Ident {
        let field = match instruction.call {
            Call::Parameter(at) | Call::Optional(at) => Some(&self.item.typed.parameters[at].name),
            Call::Buffer(at) => Some(&self.item.typed.buffers[at].name),
            _ => None,
        };
        match (field, &instruction.hint) {
            (Some(field), _) => local(field),
            (None, Some(hint)) if self.item.lets.contains(hint.as_str()) => local(hint),
            // not a name that anything of the user's could have
            (None, Some(hint)) => local(&format!("{at}_{}", hint.replace('.', "_"))),
            (None, None) => local(&at.to_string()),
        }
    }

    /// An operand of an operator, in parentheses if it is looser than this.
    pub(super) fn operand(&mut self, register: Register, loosest: Form) -> TokenStream {
        match self.take(register) {
            Code::Local { name, reference: false } if !self.is_number(register) => quote!(&#name),
            Code::Local { name, .. } => name.into_token_stream(),
            Code::Inline { tokens, form, .. } => in_parentheses(tokens, form, loosest),
        }
    }

    /// What stands before the dot of a method.
    pub(super) fn receiver(&mut self, register: Register) -> TokenStream {
        match self.take(register) {
            Code::Local { name, .. } => name.into_token_stream(),
            Code::Inline { tokens, form, .. } => in_parentheses(tokens, form, Form::Call),
        }
    }

    /// A reference to a tensor.
    pub(super) fn reference(&mut self, register: Register) -> TokenStream {
        match self.take(register) {
            Code::Local { name, reference: true } => name.into_token_stream(),
            Code::Local { name, reference: false } => quote!(&#name),
            Code::Inline { tokens, form, .. } => {
                let tokens = in_parentheses(tokens, form, Form::Call);
                quote!(&#tokens)
            }
        }
    }

    /// A reference to a tensor, or a number.
    pub(super) fn argument(&mut self, register: Register) -> TokenStream {
        match self.is_number(register) {
            true => self.number(register),
            false => self.reference(register),
        }
    }

    /// An `f64`.
    pub(super) fn number(&mut self, register: Register) -> TokenStream {
        match self.take(register) {
            Code::Local { name, .. } => name.into_token_stream(),
            Code::Inline { tokens, .. } => tokens,
        }
    }

    /// A number in the type of the tensors.
    pub(super) fn float(&mut self, register: Register) -> TokenStream {
        let number = self.number(register);
        quote!(F::from_f64(#number))
    }

    /// The value itself, or a second handle of it if it is needed `again`.
    fn moved(&mut self, register: Register, again: bool) -> TokenStream {
        match self.take(register) {
            Code::Local { name, reference: true } => quote!(__private::same(#name)),
            Code::Local { name, reference: false } if again => quote!(__private::same(&#name)),
            Code::Local { name, reference: false } => name.into_token_stream(),
            Code::Inline { tokens, .. } => tokens,
        }
    }

    fn is_number(&self, register: Register) -> bool {
        self.program.instructions[register.index()].value.kind == Kind::Number
    }

    fn take(&mut self, register: Register) -> Code {
        let code = self.codes[register.index()].clone();
        if let Code::Inline { depth, .. } = code {
            self.deepest = self.deepest.max(depth);
        }
        code
    }
}

pub(super) fn in_parentheses(tokens: TokenStream, form: Form, loosest: Form) -> TokenStream {
    if form < loosest { quote!((#tokens)) } else { tokens }
}

fn uses(program: &Program) -> Vec<usize> {
    let mut uses = vec![0; program.instructions.len()];
    let operands = program.instructions.iter().flat_map(|instruction| instruction.call.operands());
    operands.chain(program.next.iter().chain(&program.outputs).copied()).for_each(|read| uses[read.index()] += 1);
    uses
}
