//! A program on real tensors: call by call what the generated code of a cell would do.

use crate::recurrent::tape::{Call, Instruction, Kind, Program, Register};
use crate::recurrent::typed::{Binary, Comparison, Dim, Normalisation, Reduction, Unary};
use recurve::{Float, Tensor, concat};

/// What a cell holds, in the order of its lists.
pub(crate) struct Fields<F: Float> {
    /// `None` for an optional parameter that is absent.
    pub(crate) parameters: Vec<Option<Tensor<F>>>,
    pub(crate) buffers: Vec<Tensor<F>>,
    pub(crate) hypers: Vec<f64>,
}

/// What a step reads, each with the batch in front.
pub(crate) struct Arguments<F: Float> {
    pub(crate) inputs: Vec<Tensor<F>>,
    pub(crate) contexts: Vec<Tensor<F>>,
    pub(crate) states: Vec<Tensor<F>>,
}

/// The outputs and the next states of one step. `sizes` has the size of each dimension.
pub(crate) fn step<F: Float>(
    program: &Program,
    sizes: &[usize],
    fields: &Fields<F>,
    arguments: &Arguments<F>,
) -> (Vec<Tensor<F>>, Vec<Tensor<F>>) {
    let mut run = Run { sizes, fields, arguments, values: Vec::with_capacity(program.instructions.len()) };
    for instruction in &program.instructions {
        let value = match instruction.value.kind {
            Kind::Number => Value::Number(run.number_call(&instruction.call)),
            Kind::Real | Kind::Optional | Kind::Mask => run.call(&instruction.call),
        };
        check(instruction, &value);
        run.values.push(value);
    }
    let results = |registers: &[Register]| registers.iter().map(|register| run.real(*register).clone()).collect();
    (results(&program.outputs), results(&program.next))
}

enum Value<F: Float> {
    Number(f64),
    Real(Tensor<F>),
    Optional(Option<Tensor<F>>),
    Mask(Tensor<bool>),
}

struct Run<'a, F: Float> {
    sizes: &'a [usize],
    fields: &'a Fields<F>,
    arguments: &'a Arguments<F>,
    values: Vec<Value<F>>,
}

/// A result must be of the kind, and have the number of axes, that its instruction claims.
fn check<F: Float>(instruction: &Instruction, value: &Value<F>) {
    let expected = instruction.value.rank + usize::from(instruction.value.batched);
    let (kind, rank) = match value {
        Value::Number(_) => (Kind::Number, 0),
        Value::Real(tensor) => (Kind::Real, tensor.rank()),
        Value::Optional(tensor) => (Kind::Optional, tensor.as_ref().map_or(expected, Tensor::rank)),
        Value::Mask(mask) => (Kind::Mask, mask.rank()),
    };
    assert_eq!((kind, rank), (instruction.value.kind, expected), "{:?}", instruction.call);
}

impl<F: Float> Run<'_, F> {
    fn call(&self, call: &Call) -> Value<F> {
        let real = |register: &Register| self.real(*register);
        let number = |register: &Register| self.number(*register);
        let float = |register: &Register| F::from_f64(self.number(*register));
        Value::Real(match call {
            Call::Number(_) | Call::Size(_) | Call::Hyper(_) => unreachable!("numbers"),
            Call::Parameter(at) => self.fields.parameters[*at].clone().expect("a parameter that is not optional"),
            Call::Optional(at) => return Value::Optional(self.fields.parameters[*at].clone()),
            Call::Buffer(at) => self.fields.buffers[*at].clone(),
            Call::Input(at) => self.arguments.inputs[*at].clone(),
            Call::Context(at) => self.arguments.contexts[*at].clone(),
            Call::State(at) => self.arguments.states[*at].clone(),
            Call::Scalar(a) => Tensor::scalar(float(a)),
            Call::Identity(dim) => Tensor::identity(self.size(dim)),
            Call::OrZeros(a, shape) => self.optional(*a).clone().unwrap_or_else(|| Tensor::zeros(self.shape(shape))),
            Call::AddOptional(a, b) => match self.optional(*b) {
                Some(b) => real(a) + b,
                None => real(a).clone(),
            },
            Call::Unary(op, a) => unary(*op, real(a)),
            Call::Binary(op, a, b) => binary(*op, real(a), real(b)),
            Call::Offset(a, b) => real(a) + float(b),
            Call::Scale(a, b) => real(a) * float(b),
            Call::Divide(a, b) => real(a) / float(b),
            Call::Power(a, b) => real(a).powf(number(b)),
            Call::Clamp { value, low, high } => real(value).clamp(number(low), number(high)),
            Call::Elu { value, alpha } => real(value).elu(number(alpha)),
            Call::LeakyRelu { value, slope } => real(value).leaky_relu(number(slope)),
            Call::LayerNorm { value, epsilon } => real(value).layer_norm(number(epsilon)),
            Call::Compare(op, a, b) => return Value::Mask(compare(*op, real(a), real(b))),
            Call::And(a, b) => return Value::Mask(self.mask(*a).and(self.mask(*b))),
            Call::Or(a, b) => return Value::Mask(self.mask(*a).or(self.mask(*b))),
            Call::Not(a) => return Value::Mask(self.mask(*a).not()),
            Call::Select { mask, first, second } => real(first).select(self.mask(*mask), real(second)),
            Call::Detach(a) => real(a).detach(),
            Call::MatMul(a, b) => real(a).matmul(real(b)),
            Call::MatMulTransposed(a, b) => real(a).matmul_transposed(real(b)),
            Call::Dot(a, b) => real(a).dot(real(b)),
            Call::Outer(a, b) => real(a).outer(real(b)),
            Call::Transpose(a) => real(a).transpose(-1, -2),
            Call::Diag(a) => real(a).diag(),
            Call::Reduce(op, a) => reduce(*op, real(a)),
            Call::Normalise(Normalisation::Softmax, a) => real(a).softmax(-1),
            Call::Normalise(Normalisation::LogSoftmax, a) => real(a).log_softmax(-1),
            Call::Concat(parts) => {
                let parts: Vec<&Tensor<F>> = parts.iter().map(real).collect();
                concat(&parts, -1).expect("vectors that can be joined")
            }
            Call::Slice { value, start, length } => {
                let start = self.size(start);
                real(value).slice(-1, start..start + self.size(length))
            }
            Call::Unsqueeze(a, axis) => {
                return self.moved(*a, |a| a.unsqueeze(axis_of(*axis)), |a| a.unsqueeze(axis_of(*axis)));
            }
            Call::Squeeze(a, axis) => real(a).squeeze(axis_of(*axis)),
            Call::Stretch(a, shape) => {
                let shape: Vec<usize> = [self.batch()].into_iter().chain(self.shape(shape)).collect();
                real(a).broadcast_to(shape)
            }
        })
    }

    /// Numbers are computed by the functions of tensors, except for arithmetic.
    fn number_call(&self, call: &Call) -> f64 {
        let number = |register: &Register| self.number(*register);
        let scalar = |register: &Register| Tensor::<f64>::scalar(self.number(*register));
        match call {
            Call::Number(value) => value.value(),
            Call::Size(dim) => self.size(dim) as f64,
            Call::Hyper(at) => self.fields.hypers[*at],
            Call::Unary(op, a) => unary(*op, &scalar(a)).item(),
            Call::Binary(op, a, b) => binary(*op, &scalar(a), &scalar(b)).item(),
            Call::Clamp { value, low, high } => scalar(value).clamp(number(low), number(high)).item(),
            Call::Elu { value, alpha } => scalar(value).elu(number(alpha)).item(),
            Call::LeakyRelu { value, slope } => scalar(value).leaky_relu(number(slope)).item(),
            call => unreachable!("{call:?} makes tensors"),
        }
    }

    /// An operation that moves the elements of anything.
    fn moved(
        &self,
        register: Register,
        real: impl Fn(&Tensor<F>) -> Tensor<F>,
        mask: impl Fn(&Tensor<bool>) -> Tensor<bool>,
    ) -> Value<F> {
        match &self.values[register.index()] {
            Value::Real(tensor) => Value::Real(real(tensor)),
            Value::Mask(tensor) => Value::Mask(mask(tensor)),
            Value::Number(_) | Value::Optional(_) => unreachable!("tensors are moved"),
        }
    }

    fn batch(&self) -> usize {
        self.arguments.inputs[0].shape()[0]
    }

    fn size(&self, dim: &Dim) -> usize {
        let term = |(product, count): (&[usize], u64)| {
            count as usize * product.iter().map(|&at| self.sizes[at]).product::<usize>()
        };
        dim.terms().map(term).sum()
    }

    fn shape(&self, shape: &[Dim]) -> Vec<usize> {
        shape.iter().map(|dim| self.size(dim)).collect()
    }

    fn real(&self, register: Register) -> &Tensor<F> {
        match &self.values[register.index()] {
            Value::Real(tensor) => tensor,
            _ => unreachable!("{register} is no tensor of real numbers"),
        }
    }

    fn mask(&self, register: Register) -> &Tensor<bool> {
        match &self.values[register.index()] {
            Value::Mask(mask) => mask,
            _ => unreachable!("{register} is no mask"),
        }
    }

    fn optional(&self, register: Register) -> &Option<Tensor<F>> {
        match &self.values[register.index()] {
            Value::Optional(tensor) => tensor,
            _ => unreachable!("{register} is no optional parameter"),
        }
    }

    fn number(&self, register: Register) -> f64 {
        match self.values[register.index()] {
            Value::Number(value) => value,
            _ => unreachable!("{register} is no number"),
        }
    }
}

fn axis_of(axis: i8) -> isize {
    axis.into()
}

fn unary<F: Float>(op: Unary, a: &Tensor<F>) -> Tensor<F> {
    match op {
        Unary::Neg => -a,
        Unary::Exp => a.exp(),
        Unary::Expm1 => a.expm1(),
        Unary::Ln => a.ln(),
        Unary::Log1p => a.log1p(),
        Unary::Sqrt => a.sqrt(),
        Unary::Square => a.square(),
        Unary::Recip => a.recip(),
        Unary::Abs => a.abs(),
        Unary::Sin => a.sin(),
        Unary::Cos => a.cos(),
        Unary::Erf => a.erf(),
        Unary::Tanh => a.tanh(),
        Unary::Sigmoid => a.sigmoid(),
        Unary::Relu => a.relu(),
        Unary::Gelu => a.gelu(),
        Unary::GeluTanh => a.gelu_tanh(),
        Unary::Silu => a.silu(),
        Unary::Softplus => a.softplus(),
        Unary::Selu => a.selu(),
        Unary::Mish => a.mish(),
        Unary::Softsign => a.softsign(),
        Unary::HardSigmoid => a.hard_sigmoid(),
        Unary::HardTanh => a.hard_tanh(),
        Unary::LogSigmoid => a.log_sigmoid(),
        Unary::Floor => a.floor(),
        Unary::Sign => a.sign(),
    }
}

fn binary<F: Float>(op: Binary, a: &Tensor<F>, b: &Tensor<F>) -> Tensor<F> {
    match op {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Pow => a.pow(b),
        Binary::Minimum => a.minimum(b),
        Binary::Maximum => a.maximum(b),
        Binary::Rem => a.rem(b),
    }
}

fn compare<F: Float>(op: Comparison, a: &Tensor<F>, b: &Tensor<F>) -> Tensor<bool> {
    match op {
        Comparison::Less => a.less(b),
        Comparison::LessEqual => a.less_equal(b),
        Comparison::Greater => a.greater(b),
        Comparison::GreaterEqual => a.greater_equal(b),
        Comparison::Equal => a.equal(b),
        Comparison::NotEqual => a.not_equal(b),
    }
}

fn reduce<F: Float>(op: Reduction, a: &Tensor<F>) -> Tensor<F> {
    match op {
        Reduction::Sum => a.sum_axes(-1),
        Reduction::Mean => a.mean_axes(-1),
        Reduction::Min => a.min_axes(-1),
        Reduction::Max => a.max_axes(-1),
        Reduction::Norm => a.norm_axes(-1),
        Reduction::LogSumExp => a.logsumexp(-1),
    }
}
