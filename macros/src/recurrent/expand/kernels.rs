//! The fused loops of a cell: what each of them does for one element. The runtime has the loop around it.

use super::body::{Form, in_parentheses};
use super::call::{comparison_sign, method_of, number};
use super::operands::{Names, local_of};
use super::{Item, equations};
use crate::recurrent::ir::{Binary, Element, Node, NodeId, Op};
use crate::recurrent::plan::{Kernel, Plan};
use crate::recurrent::typed::print::unary_name;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeMap;

/// How deep expressions are put into expressions.
const DEPTH: usize = 6;

/// Expands to
/// ```text
/// #[allow(clippy::approx_constant)]
/// const _: () = {
///     use ::recurve::__private::scan as __scan;
///     use ::recurve::__private::elementwise as __simd;
///     struct __Loop0;
///     impl<F: ::recurve::Float> __scan::RowKernel<F, 0, 3, 1> for __Loop0 { … }
///     …
///     impl<F: ::recurve::Float> __scan::Equations for Gru<F> { … }
/// };
/// ```
/// so that none of its names is one beside the cell.
pub(super) fn expand(item: &Item<'_>, plan: &Plan) -> TokenStream {
    let private = item.runtime.public("__private");
    let loops = (0..plan.kernels.len()).map(|at| Loop::new(item, plan, at).expand());
    let simd = (!plan.kernels.is_empty()).then(|| quote!(use #private::elementwise as __simd;));
    let (run, equations) = (run(item, plan), equations::expand(item));
    quote! {
        #[allow(clippy::approx_constant)]
        const _: () = {
            use #private::scan as __scan;
            #simd
            #(#loops)*
            #run
            #equations
        };
    }
}

/// The function that runs a loop by its number, compiled for each element type in the crate of the cell, and not in
/// that of its user, which may ask for little optimisation.
fn run(item: &Item<'_>, plan: &Plan) -> TokenStream {
    let float = item.runtime.public("Float");
    let [at, call] = ["at", "call"].map(|name| Ident::new(name, Span::mixed_site()));
    let arms = (0..plan.kernels.len()).map(|index| {
        let (number, name) = (Literal::usize_unsuffixed(index), loop_name(index));
        quote!(#number => #call.run(#name),)
    });
    quote! {
        fn __run<F: #float>(#at: __scan::Number, #call: __scan::Call<'_, F>) {
            match #at {
                #(#arms)*
                _ => ::core::unreachable!("no loop {} for {:?}", #at, #call),
            }
        }
        static __SINGLE: __scan::Kernels<::core::primitive::f32> = &__run;
        static __DOUBLE: __scan::Kernels<::core::primitive::f64> = &__run;
    }
}

fn loop_name(at: usize) -> Ident {
    format_ident!("__Loop{at}")
}

/// A loop while it is written.
struct Loop<'a> {
    item: &'a Item<'a>,
    kernel: &'a Kernel,
    at: usize,
    /// Of the operands that have one.
    operands: Vec<Option<Ident>>,
    /// Of the values that are local variables.
    names: Vec<Ident>,
    uses: Vec<usize>,
    codes: Vec<Code>,
    /// All names so far.
    taken: Names,
    /// Before all else: operands with names, and constants.
    before: TokenStream,
    constants: BTreeMap<u64, Ident>,
}

/// How a value is written.
#[derive(Clone)]
struct Code {
    tokens: TokenStream,
    form: Form,
    depth: usize,
}

impl Code {
    fn local(name: &Ident) -> Self {
        Self { tokens: name.to_token_stream(), form: Form::Call, depth: 0 }
    }
}

impl<'a> Loop<'a> {
    fn new(item: &'a Item<'a>, plan: &'a Plan, at: usize) -> Self {
        let kernel = &plan.kernels[at];
        let mut names = Names::default();
        let operands = names.operands(item.typed, plan, at);
        let values = names.values(&kernel.body);
        let mut this = Self {
            item,
            kernel,
            at,
            operands: operands.iter().map(|name| name.as_deref().map(local_of)).collect(),
            names: values.iter().map(|name| local_of(name)).collect(),
            uses: uses(kernel),
            codes: Vec::with_capacity(kernel.body.nodes.len()),
            taken: names,
            before: TokenStream::new(),
            constants: BTreeMap::new(),
        };
        this.name_operands();
        this
    }

    /// `let __b_r = x[2];`
    fn name_operands(&mut self) {
        for (at, name) in self.operands.iter().enumerate() {
            if let Some(name) = name {
                let value = self.element(at);
                self.before.extend(quote!(let #name = #value;));
            }
        }
    }

    /// `x[2]`, or `x.scalar(0)`.
    fn element(&self, operand: usize) -> TokenStream {
        let values = Ident::new("x", Span::mixed_site());
        let number = Literal::usize_unsuffixed;
        match operand.checked_sub(self.kernel.scalars).map(number) {
            Some(input) => quote!(#values[#input]),
            None => {
                let scalar = number(operand);
                quote!(#values.scalar(#scalar))
            }
        }
    }

    fn expand(mut self) -> TokenStream {
        let body = self.body();
        let Self { kernel, before, .. } = &self;
        let float = self.item.runtime.public("Float");
        let name = loop_name(self.at);
        let [token, values] = ["token", "x"].map(|name| Ident::new(name, Span::mixed_site()));
        let [scalars, inputs, outputs] =
            [kernel.scalars, kernel.operands - kernel.scalars, kernel.outputs.len()].map(Literal::usize_unsuffixed);
        quote! {
            struct #name;
            impl<F: #float> __scan::RowKernel<F, #scalars, #inputs, #outputs> for #name {
                #[inline(always)]
                fn element<T: __simd::Token>(
                    #token: T,
                    #values: __scan::Reads<F, #scalars, #inputs>,
                ) -> [F; #outputs] {
                    #before
                    #body
                }
            }
        }
    }

    /// What is done for one element.
    fn body(&mut self) -> TokenStream {
        let kernel = self.kernel;
        let mut statements = TokenStream::new();
        for (at, node) in kernel.body.nodes.iter().enumerate() {
            let code = self.code(at, node, &mut statements);
            self.codes.push(code);
        }
        let results = kernel.outputs.iter().map(|id| {
            let value = &self.codes[id.index()].tokens;
            match kernel.body.node(*id).element {
                Element::Real => value.clone(),
                Element::Mask => quote!(__simd::number(#value)),
            }
        });
        quote!(#statements [#(#results),*])
    }

    fn code(&mut self, at: usize, node: &Node, statements: &mut TokenStream) -> Code {
        if let Some(code) = self.leaf(node) {
            return code;
        }
        let operands = node.op.operands();
        if let Op::Stretch(value, _) | Op::StopGradient(value) = node.op {
            return self.codes[value.index()].clone();
        }
        let (tokens, form) = self.expression(&node.op);
        let depth = 1 + operands.iter().map(|id| self.codes[id.index()].depth).max().unwrap_or(0);
        let is_result = self.kernel.outputs.contains(&NodeId::new(at));
        if self.uses[at] == 1 && node.name.is_none() && depth < DEPTH && !is_result {
            return Code { tokens, form, depth };
        }
        let name = &self.names[at];
        statements.extend(quote!(let #name = #tokens;));
        Code::local(name)
    }

    fn leaf(&mut self, node: &Node) -> Option<Code> {
        let (tokens, form) = match &node.op {
            Op::Number(value) => self.constant(value.value()),
            Op::Input(at) => {
                let value = match &self.operands[*at] {
                    Some(name) => name.to_token_stream(),
                    None => self.element(*at),
                };
                match node.element {
                    Element::Real => (value, Form::Call),
                    Element::Mask => (quote!(__simd::is_true(#value)), Form::Call),
                }
            }
            _ => return None,
        };
        Some(Code { tokens, form, depth: 0 })
    }

    /// A number, before all else unless the type has it.
    fn constant(&mut self, value: f64) -> (TokenStream, Form) {
        if value.to_bits() == 0.0_f64.to_bits() || value == 1.0 {
            let name = if value == 1.0 { quote!(ONE) } else { quote!(ZERO) };
            return (quote!(F::#name), Form::Call);
        }
        let next = self.constants.len();
        let (before, taken) = (&mut self.before, &mut self.taken);
        let name = self.constants.entry(value.to_bits()).or_insert_with(|| {
            let (name, number) = (taken.constant(next), number(value).0);
            before.extend(quote!(let #name = F::from_f64(#number);));
            name
        });
        (name.to_token_stream(), Form::Call)
    }

    fn expression(&self, op: &Op) -> (TokenStream, Form) {
        let operator = |sign: TokenStream, a: &NodeId, b: &NodeId, form: Form, tighter: Form| {
            let (a, b) = (self.operand(*a, form), self.operand(*b, tighter));
            (quote!(#a #sign #b), form)
        };
        match op {
            Op::Unary(crate::recurrent::ir::Unary::Neg, a) => {
                let a = self.operand(*a, Form::Call);
                (quote!(-#a), Form::Negation)
            }
            Op::Unary(function, a) => self.call(unary_name(*function), &[*a]),
            Op::Binary(Binary::Add, a, b) => operator(quote!(+), a, b, Form::Sum, Form::Product),
            Op::Binary(Binary::Sub, a, b) => operator(quote!(-), a, b, Form::Sum, Form::Product),
            Op::Binary(Binary::Mul, a, b) => operator(quote!(*), a, b, Form::Product, Form::Negation),
            Op::Binary(Binary::Div, a, b) => operator(quote!(/), a, b, Form::Product, Form::Negation),
            Op::Binary(function, a, b) => self.call(method_of(*function), &[*a, *b]),
            Op::Compare(comparison, a, b) => {
                let (a, b) = (self.operand(*a, Form::Call), self.operand(*b, Form::Call));
                let sign = comparison_sign(*comparison);
                (quote!(#a #sign #b), Form::Choice)
            }
            Op::And(a, b) => self.both(&quote!(&), *a, *b),
            Op::Or(a, b) => self.both(&quote!(|), *a, *b),
            Op::Not(a) => {
                let a = self.operand(*a, Form::Call);
                (quote!(!#a), Form::Negation)
            }
            Op::Select { mask, first, second } => {
                let mask = self.operand(*mask, Form::Choice);
                let (first, second) = (self.operand(*first, Form::Choice), self.operand(*second, Form::Choice));
                (quote!(if #mask { #first } else { #second }), Form::Choice)
            }
            op => unreachable!("{op:?} is not done element by element"),
        }
    }

    /// Masks: both are computed, or the loop would have branches.
    fn both(&self, sign: &TokenStream, a: NodeId, b: NodeId) -> (TokenStream, Form) {
        let (a, b) = (self.operand(a, Form::Call), self.operand(b, Form::Call));
        (quote!(#a #sign #b), Form::Choice)
    }

    fn call(&self, function: &str, arguments: &[NodeId]) -> (TokenStream, Form) {
        let function = Ident::new(function, Span::call_site());
        let token = Ident::new("token", Span::mixed_site());
        let arguments = arguments.iter().map(|id| self.operand(*id, Form::Choice));
        (quote!(__simd::#function(#token, #(#arguments),*)), Form::Call)
    }

    fn operand(&self, id: NodeId, loosest: Form) -> TokenStream {
        let Code { tokens, form, .. } = self.codes[id.index()].clone();
        in_parentheses(tokens, form, loosest)
    }
}

/// How often each value is read, where the readers of `stretch a` are those of `a`.
fn uses(kernel: &Kernel) -> Vec<usize> {
    let mut uses = vec![0_usize; kernel.body.nodes.len()];
    kernel.outputs.iter().for_each(|id| uses[id.index()] += 1);
    for node in kernel.body.nodes.iter().rev() {
        for operand in node.op.operands() {
            uses[operand.index()] += 1;
        }
    }
    for (at, node) in kernel.body.nodes.iter().enumerate().rev() {
        if let Op::Stretch(value, _) | Op::StopGradient(value) = node.op {
            uses[value.index()] += uses[at].saturating_sub(1);
        }
    }
    uses
}
