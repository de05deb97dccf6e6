//! The Rust expression of each call.

use super::body::{Body, Form};
use super::sizes::size;
use crate::recurrent::tape::{Call, Instruction, Kind, Register};
use crate::recurrent::typed::{Binary, Comparison, Normalisation, Reduction, Unary};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

impl Body<'_> {
    /// An expression with the value of an instruction.
    pub(super) fn expression(&mut self, instruction: &Instruction) -> (TokenStream, Form) {
        match instruction.value.kind {
            Kind::Number => self.number_expression(&instruction.call),
            Kind::Real | Kind::Optional | Kind::Mask => self.tensor_expression(&instruction.call),
        }
    }

    fn tensor_expression(&mut self, call: &Call) -> (TokenStream, Form) {
        let tokens = match call {
            Call::Unary(Unary::Neg, a) => return self.negative(*a),
            Call::Binary(op, a, b) => return self.binary(*op, *a, *b),
            Call::Offset(a, number) => return self.operator(*a, &quote!(+), Form::Sum, *number),
            Call::Scale(a, number) => return self.operator(*a, &quote!(*), Form::Product, *number),
            Call::Divide(a, number) => return self.operator(*a, &quote!(/), Form::Product, *number),
            Call::Scalar(number) => {
                let (tensor, number) = (self.item.runtime.public("Tensor"), self.float(*number));
                quote!(#tensor::scalar(#number))
            }
            Call::Unary(op, a) => self.method(*a, unary(*op), &[]),
            Call::Power(a, exponent) => self.method(*a, "powf", &[*exponent]),
            Call::Clamp { value, low, high } => self.method(*value, "clamp", &[*low, *high]),
            Call::Elu { value, alpha } => self.method(*value, "elu", &[*alpha]),
            Call::LeakyRelu { value, slope } => self.method(*value, "leaky_relu", &[*slope]),
            Call::LayerNorm { value, epsilon } => self.method(*value, "layer_norm", &[*epsilon]),
            Call::Compare(op, a, b) => self.method(*a, comparison(*op), &[*b]),
            Call::And(a, b) => self.method(*a, "and", &[*b]),
            Call::Or(a, b) => self.method(*a, "or", &[*b]),
            Call::Not(a) => self.method(*a, "not", &[]),
            Call::Select { mask, first, second } => self.method(*first, "select", &[*mask, *second]),
            Call::Detach(a) => self.method(*a, "detach", &[]),
            Call::MatMul(a, b) => self.method(*a, "matmul", &[*b]),
            Call::MatMulTransposed(a, b) => self.method(*a, "matmul_transposed", &[*b]),
            Call::Dot(a, b) => self.method(*a, "dot", &[*b]),
            Call::Outer(a, b) => self.method(*a, "outer", &[*b]),
            Call::Diag(a) => self.method(*a, "diag", &[]),
            Call::Reduce(op, a) => self.along(*a, reduction(*op), &quote!(-1)),
            Call::Normalise(op, a) => self.along(*a, normalisation(*op), &quote!(-1)),
            Call::Transpose(a) => self.along(*a, "transpose", &quote!(-1, -2)),
            Call::Unsqueeze(a, axis) => self.along(*a, "unsqueeze", &axis_number(*axis)),
            Call::Squeeze(a, axis) => self.along(*a, "squeeze", &axis_number(*axis)),
            call => self.given(call),
        };
        (tokens, Form::Call)
    }

    /// Calls that read the cell, sizes, or several tensors.
    fn given(&mut self, call: &Call) -> TokenStream {
        let (runtime, cell) = (self.item.runtime, self.item.typed);
        match call {
            Call::Parameter(at) => {
                let field = self.item.field(&cell.parameters[*at].name);
                quote!(self.#field.get())
            }
            Call::Optional(at) => {
                let (get, field) = (runtime.imported("optional"), self.item.field(&cell.parameters[*at].name));
                quote!(#get(&self.#field))
            }
            Call::Buffer(at) => {
                let field = self.item.field(&cell.buffers[*at].name);
                quote!(self.#field.get())
            }
            Call::Identity(dim) => {
                let (tensor, size) = (runtime.public("Tensor"), size(cell, dim));
                quote!(#tensor::<F>::identity(#size))
            }
            Call::OrZeros(a, shape) => {
                let sizes = super::sizes::shape(cell, shape);
                let (function, a) = (runtime.imported("or_zeros"), self.reference(*a));
                quote!(#function(#a, [#(#sizes),*]))
            }
            Call::AddOptional(a, b) => {
                let function = runtime.imported("add_optional");
                let (a, b) = (self.reference(*a), self.reference(*b));
                quote!(#function(#a, #b))
            }
            Call::Concat(parts) => {
                let function = runtime.imported("concat");
                let parts: Vec<TokenStream> = parts.iter().map(|part| self.reference(*part)).collect();
                quote!(#function(&[#(#parts),*]))
            }
            Call::Slice { value, start, length } => {
                let end =
                    start.clone().plus(length).unwrap_or_else(|| unreachable!("a slice ends inside of its vector"));
                let (start, end) = (size(cell, start), size(cell, &end));
                self.along(*value, "slice", &quote!(-1, #start..#end))
            }
            Call::Stretch(a, shape) => {
                let sizes = shape.iter().map(|dim| size(cell, dim));
                let batch = self.item.batch();
                self.along(*a, "broadcast_to", &quote!([#batch, #(#sizes),*]))
            }
            call => unreachable!("{call:?} is a method, a name or a number"),
        }
    }

    fn number_expression(&mut self, call: &Call) -> (TokenStream, Form) {
        match call {
            Call::Number(value) => number(value.value()),
            Call::Size(dim) => {
                let (function, size) = (self.item.runtime.imported("size"), size(self.item.typed, dim));
                (quote!(#function(#size)), Form::Call)
            }
            Call::Hyper(at) => {
                let field = self.item.field(&self.item.typed.hypers[*at].name);
                (quote!(self.#field), Form::Call)
            }
            Call::Unary(Unary::Neg, a) => self.negative(*a),
            Call::Binary(op @ (Binary::Add | Binary::Sub | Binary::Mul | Binary::Div), a, b) => {
                self.binary(*op, *a, *b)
            }
            Call::Unary(op, a) => self.constant(*a, unary(*op), &[]),
            Call::Binary(op, a, b) => {
                let (tensor, b) = (self.item.runtime.public("Tensor"), self.number(*b));
                self.constant_with(*a, method_of(*op), &quote!(&#tensor::scalar(#b)))
            }
            Call::Clamp { value, low, high } => self.constant(*value, "clamp", &[*low, *high]),
            Call::Elu { value, alpha } => self.constant(*value, "elu", &[*alpha]),
            Call::LeakyRelu { value, slope } => self.constant(*value, "leaky_relu", &[*slope]),
            call => unreachable!("{call:?} makes tensors"),
        }
    }

    /// A function of tensors on a number, so that there is one meaning of each function.
    fn constant(&mut self, a: Register, method: &str, arguments: &[Register]) -> (TokenStream, Form) {
        let arguments: Vec<TokenStream> = arguments.iter().map(|argument| self.number(*argument)).collect();
        self.constant_with(a, method, &quote!(#(#arguments),*))
    }

    fn constant_with(&mut self, a: Register, method: &str, arguments: &TokenStream) -> (TokenStream, Form) {
        let function = self.item.runtime.imported("constant");
        let (a, method) = (self.number(a), Ident::new(method, Span::call_site()));
        (quote!(#function(#a, |__x| __x.#method(#arguments))), Form::Call)
    }

    fn negative(&mut self, a: Register) -> (TokenStream, Form) {
        let a = self.operand(a, Form::Call);
        (quote!(-#a), Form::Negation)
    }

    fn binary(&mut self, op: Binary, a: Register, b: Register) -> (TokenStream, Form) {
        let (sign, form, tighter) = match op {
            Binary::Add => (quote!(+), Form::Sum, Form::Product),
            Binary::Sub => (quote!(-), Form::Sum, Form::Product),
            Binary::Mul => (quote!(*), Form::Product, Form::Negation),
            Binary::Div => (quote!(/), Form::Product, Form::Negation),
            Binary::Pow | Binary::Minimum | Binary::Maximum | Binary::Rem => {
                return (self.method(a, method_of(op), &[b]), Form::Call);
            }
        };
        let (a, b) = (self.operand(a, form), self.operand(b, tighter));
        (quote!(#a #sign #b), form)
    }

    /// A tensor and a number in the tensor's type.
    fn operator(&mut self, a: Register, sign: &TokenStream, form: Form, number: Register) -> (TokenStream, Form) {
        let (a, number) = (self.operand(a, form), self.float(number));
        (quote!(#a #sign #number), form)
    }

    /// A method whose arguments are tensors or numbers.
    fn method(&mut self, receiver: Register, name: &str, arguments: &[Register]) -> TokenStream {
        let (receiver, name) = (self.receiver(receiver), Ident::new(name, Span::call_site()));
        let arguments: Vec<TokenStream> = arguments.iter().map(|argument| self.argument(*argument)).collect();
        quote!(#receiver.#name(#(#arguments),*))
    }

    fn along(&mut self, receiver: Register, name: &str, arguments: &TokenStream) -> TokenStream {
        let (receiver, name) = (self.receiver(receiver), Ident::new(name, Span::call_site()));
        quote!(#receiver.#name(#arguments))
    }
}

/// An `f64` that may be infinite.
pub(super) fn number(value: f64) -> (TokenStream, Form) {
    let size = match value.abs() {
        size if size.is_finite() => {
            let literal = Literal::f64_unsuffixed(size);
            quote!(#literal)
        }
        size if size.is_infinite() => quote!(::core::primitive::f64::INFINITY),
        _ => return (quote!(::core::primitive::f64::NAN), Form::Call),
    };
    match value.is_sign_negative() {
        true => (quote!(-#size), Form::Negation),
        false => (size, Form::Call),
    }
}

fn axis_number(axis: i8) -> TokenStream {
    let axis_from_end = Literal::u8_unsuffixed(axis.unsigned_abs());
    quote!(-#axis_from_end)
}

fn unary(op: Unary) -> &'static str {
    match op {
        Unary::Neg => unreachable!("an operator"),
        Unary::Exp => "exp",
        Unary::Expm1 => "expm1",
        Unary::Ln => "ln",
        Unary::Log1p => "log1p",
        Unary::Sqrt => "sqrt",
        Unary::Square => "square",
        Unary::Recip => "recip",
        Unary::Abs => "abs",
        Unary::Sin => "sin",
        Unary::Cos => "cos",
        Unary::Erf => "erf",
        Unary::Tanh => "tanh",
        Unary::Sigmoid => "sigmoid",
        Unary::Relu => "relu",
        Unary::Gelu => "gelu",
        Unary::GeluTanh => "gelu_tanh",
        Unary::Silu => "silu",
        Unary::Softplus => "softplus",
        Unary::Selu => "selu",
        Unary::Mish => "mish",
        Unary::Softsign => "softsign",
        Unary::HardSigmoid => "hard_sigmoid",
        Unary::HardTanh => "hard_tanh",
        Unary::LogSigmoid => "log_sigmoid",
        Unary::Floor => "floor",
        Unary::Sign => "sign",
    }
}

pub(super) fn method_of(op: Binary) -> &'static str {
    match op {
        Binary::Pow => "pow",
        Binary::Minimum => "minimum",
        Binary::Maximum => "maximum",
        Binary::Rem => "rem",
        Binary::Add | Binary::Sub | Binary::Mul | Binary::Div => unreachable!("an operator"),
    }
}

fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Less => "less",
        Comparison::LessEqual => "less_equal",
        Comparison::Greater => "greater",
        Comparison::GreaterEqual => "greater_equal",
        Comparison::Equal => "equal",
        Comparison::NotEqual => "not_equal",
    }
}

pub(super) fn comparison_sign(op: Comparison) -> TokenStream {
    match op {
        Comparison::Less => quote!(<),
        Comparison::LessEqual => quote!(<=),
        Comparison::Greater => quote!(>),
        Comparison::GreaterEqual => quote!(>=),
        Comparison::Equal => quote!(==),
        Comparison::NotEqual => quote!(!=),
    }
}

fn reduction(op: Reduction) -> &'static str {
    match op {
        Reduction::Sum => "sum_axes",
        Reduction::Mean => "mean_axes",
        Reduction::Min => "min_axes",
        Reduction::Max => "max_axes",
        Reduction::Norm => "norm_axes",
        Reduction::LogSumExp => "logsumexp",
    }
}

fn normalisation(op: Normalisation) -> &'static str {
    match op {
        Normalisation::Softmax => "softmax",
        Normalisation::LogSoftmax => "log_softmax",
    }
}
