//! A checked cell as text: `%7: [H] example = mul %3 %5`.

use super::{
    Argument, Binary, Buffer, Cell, Comparison, Element, Field, Initial, NodeId, Normalisation, Op, Reduction, Stage,
    Start, Type, Unary,
};
use crate::recurrent::functions::Function;
use std::fmt;

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dimensions: Vec<String> = self
            .dimensions
            .iter()
            .map(|dimension| {
                let argument = dimension.argument.as_ref();
                argument.map_or_else(|| dimension.name.clone(), |argument| format!("{argument}: {}", dimension.name))
            })
            .collect();
        writeln!(f, "cell {}({})", self.name, dimensions.join(", "))?;
        for field in &self.fields {
            self.write_field(f, *field)?;
        }
        for state in &self.states {
            writeln!(f, "state {}: {} = {}", state.name, self.shape_text(&state.shape), self.start_text(&state.start))?;
        }
        self.write_arguments(f, "input", &self.inputs)?;
        self.write_arguments(f, "context", &self.contexts)?;
        for (at, node) in self.nodes.iter().enumerate() {
            writeln!(f, "%{at}: {} = {}", self.type_text(&node.ty), self.op_text(&node.op))?;
        }
        for local in &self.locals {
            writeln!(f, "let {} = {}", local.name, local.value)?;
        }
        for (state, value) in self.states.iter().zip(&self.next) {
            writeln!(f, "next {} = {value}", state.name)?;
        }
        for output in &self.outputs {
            let label = output.label.as_ref().map(|label| format!("{label} = ")).unwrap_or_default();
            writeln!(f, "output {label}{}", output.value)?;
        }
        Ok(())
    }
}

impl Cell {
    fn write_field(&self, f: &mut fmt::Formatter<'_>, field: Field) -> fmt::Result {
        match field {
            Field::Parameter(at) => {
                let parameter = &self.parameters[at];
                let optional = if parameter.optional { "?" } else { "" };
                let (shape, initial) = (self.shape_text(&parameter.shape), initial_text(&parameter.initial));
                writeln!(f, "param {}: {shape}{optional} = {initial}", parameter.name)
            }
            Field::Buffer(at) => {
                let Buffer { name, shape, initial, .. } = &self.buffers[at];
                writeln!(f, "buffer {name}: {} = {}", self.shape_text(shape), initial_text(initial))
            }
            Field::Hyper(at) => writeln!(f, "hyper {} = {}", self.hypers[at].name, self.hypers[at].value),
        }
    }

    fn write_arguments(&self, f: &mut fmt::Formatter<'_>, kind: &str, arguments: &[Argument]) -> fmt::Result {
        for argument in arguments {
            writeln!(f, "{kind} {}: {}", argument.name, self.shape_text(&argument.shape))?;
        }
        Ok(())
    }

    fn start_text(&self, start: &Start) -> String {
        match start {
            Start::Zeros => "zeros".to_owned(),
            Start::Ones => "ones".to_owned(),
            Start::Constant(value) => format!("constant({value})"),
            Start::Learned(parameter) => self.parameters[*parameter].name.clone(),
        }
    }

    /// `[H] real example`.
    pub(crate) fn type_text(&self, ty: &Type) -> String {
        let element = match ty.element {
            Element::Real => " real",
            Element::Mask => " mask",
        };
        let stage = match ty.stage {
            Stage::Constant => "constant",
            Stage::Parameter => "parameter",
            Stage::Example => "example",
        };
        format!("{}{element} {stage}", self.shape_text(&ty.shape))
    }

    fn op_text(&self, op: &Op) -> String {
        let words = |name: &str| {
            let operands: String = op.operands().iter().map(|operand| format!(" {operand}")).collect();
            format!("{name}{operands}")
        };
        match op {
            Op::Number(value) => number_text(*value),
            Op::Size(dim) => format!("size {}", self.dim_text(dim)),
            Op::Hyper(at) => format!("hyper {}", self.hypers[*at].name),
            Op::Parameter(at) => format!("param {}", self.parameters[*at].name),
            Op::Buffer(at) => format!("buffer {}", self.buffers[*at].name),
            Op::Input(at) => format!("input {}", self.inputs[*at].name),
            Op::Context(at) => format!("context {}", self.contexts[*at].name),
            Op::State(at) => format!("state {}", self.states[*at].name),
            Op::Next(at) => format!("next {}", self.states[*at].name),
            Op::Local(at) => format!("let {}", self.locals[*at].name),
            Op::Unary(function, _) => words(unary_name(*function)),
            Op::Binary(function, ..) => words(binary_name(*function)),
            Op::Clamp { .. } => words("clamp"),
            Op::Elu { .. } => words("elu"),
            Op::LeakyRelu { .. } => words("leaky_relu"),
            Op::Compare(comparison, ..) => words(comparison_name(*comparison)),
            Op::And(..) => words("and"),
            Op::Or(..) => words("or"),
            Op::Not(_) => words("not"),
            Op::Select { .. } => words("select"),
            Op::StopGradient(_) => words("stop_gradient"),
            Op::MatMul(..) => words("matmul"),
            Op::Dot(..) => words("dot"),
            Op::Outer(..) => words("outer"),
            Op::Transpose(_) => words("transpose"),
            Op::Diag(_) => words("diag"),
            Op::Identity(size) => format!("identity {}", self.dim_text(size)),
            Op::Reduce(reduction, _) => words(reduction_name(*reduction)),
            Op::Normalise(normalisation, _) => words(normalisation_name(*normalisation)),
            Op::LayerNorm { .. } => words("layer_norm"),
            Op::Concat(_) => words("concat"),
            Op::Slice { start, length, .. } => {
                format!("{} from {} length {}", words("slice"), self.dim_text(start), self.dim_text(length))
            }
        }
    }
}

fn initial_text(initial: &Initial) -> String {
    let call = |name: &str, arguments: &[NodeId]| {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        format!("{name}({})", arguments.join(", "))
    };
    match initial {
        Initial::Zeros => "zeros".to_owned(),
        Initial::Ones => "ones".to_owned(),
        Initial::Constant(value) => call("constant", &[*value]),
        Initial::Symmetric(bound) => call("uniform", &[*bound]),
        Initial::Uniform(low, high) => call("uniform", &[*low, *high]),
        Initial::Normal(deviation) => call("normal", &[*deviation]),
        Initial::GlorotUniform => "glorot_uniform".to_owned(),
        Initial::GlorotNormal => "glorot_normal".to_owned(),
        Initial::KaimingUniform => "kaiming_uniform".to_owned(),
        Initial::KaimingNormal => "kaiming_normal".to_owned(),
        Initial::Orthogonal => "orthogonal".to_owned(),
        Initial::Identity => "identity".to_owned(),
    }
}

/// Short for very large and very small numbers too.
fn number_text(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { value.to_string() } else { format!("{value:?}") }
}

/// What the user calls it, apart from operators.
pub(crate) fn unary_name(function: Unary) -> &'static str {
    match function {
        Unary::Neg => "neg",
        other => Function::Unary(other).signature().name,
    }
}

pub(crate) fn binary_name(function: Binary) -> &'static str {
    match function {
        Binary::Add => "add",
        Binary::Sub => "sub",
        Binary::Mul => "mul",
        Binary::Div => "div",
        Binary::Pow => "pow",
        Binary::Minimum => "minimum",
        Binary::Maximum => "maximum",
        Binary::Rem => "rem",
    }
}

pub(crate) fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "less",
        Comparison::LessEqual => "less_equal",
        Comparison::Greater => "greater",
        Comparison::GreaterEqual => "greater_equal",
        Comparison::Equal => "equal",
        Comparison::NotEqual => "not_equal",
    }
}

fn reduction_name(reduction: Reduction) -> &'static str {
    Function::Reduce(reduction).signature().name
}

fn normalisation_name(normalisation: Normalisation) -> &'static str {
    Function::Normalise(normalisation).signature().name
}
