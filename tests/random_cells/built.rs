//! The plan of the runtime, from the calls by which generated code would make it.

use crate::machine::run_loop;
use crate::recurrent::ir;
use crate::recurrent::plan::describe::{Argument, Call, Held, describe};
use crate::recurrent::plan::{self, Rows};
use crate::recurrent::typed::Cell;
use recurve::__private::scan::{self, Builder, Frequency, Kernels, Reduction, SizeId, Source};

/// Plans live as long as the program, as those of generated code do.
pub(crate) fn build(cell: &Cell, plan: &plan::Plan) -> (&'static recurve::Plan, Kernels<f64>) {
    let dimensions: Vec<&'static str> = cell.dimensions.iter().map(|dimension| leaked(&dimension.name)).collect();
    let mut builder = Builder::new(leaked(&cell.name), &dimensions);
    describe(plan, cell).iter().for_each(|call| apply(&mut builder, call));
    let loops = plan.kernels.clone();
    let kernels = move |at: usize, call: scan::Call<'_, f64>| {
        call.each_row(|inputs, outputs| run_loop(&loops[at], inputs, outputs))
    };
    (Box::leak(Box::new(builder.finish())), Box::leak(Box::new(kernels)))
}

fn apply(builder: &mut Builder, call: &Call) {
    use Argument::*;
    match (call.method, call.arguments.as_slice()) {
        ("size", [Terms(terms)]) => {
            let terms: Vec<(usize, &[usize])> =
                terms.iter().map(|(count, product)| (*count, product.as_slice())).collect();
            builder.size(&terms);
        }
        ("parameter", [Text(name), Numbers(shape), Flag(optional)]) => {
            builder.parameter(leaked(name), shape, *optional)
        }
        ("buffer", [Text(name), Numbers(shape)]) => builder.buffer(leaked(name), shape),
        ("hyper", [Text(name)]) => builder.hyper(leaked(name)),
        ("input", [Text(name), Numbers(shape)]) => builder.input(leaked(name), shape),
        ("context", [Text(name), Numbers(shape)]) => builder.context(leaked(name), shape),
        ("state", [Text(name), Numbers(shape)]) => builder.state(leaked(name), shape),
        ("output", [OptionalText(label), Numbers(shape), OptionalNumber(state)]) => {
            builder.output(label.as_ref().map(|label| leaked(label)), shape, *state);
        }
        ("region", [Source(held), Number(width)]) => builder.region(source(held), *width),
        ("weights", [Number(rows), Number(columns), Blocks(corners)]) => {
            let block = |corner: &plan::describe::Corner| {
                Builder::block(corner.value, corner.transposed, corner.place, corner.size)
            };
            builder.weights(*rows, *columns, &corners.iter().map(block).collect::<Vec<_>>());
        }
        ("kernel", [Texts(values), Number(operations), Number(transcendentals)]) => {
            builder.kernel(&all_leaked(values), *operations, *transcendentals);
        }
        ("forward", [Frequency(frequency)]) => builder.forward(often(*frequency)),
        ("backward", [Frequency(frequency)]) => builder.backward(often(*frequency)),
        _ => instruction(builder, call),
    }
}

fn instruction(builder: &mut Builder, call: &Call) {
    use Argument::*;
    match (call.method, call.arguments.as_slice()) {
        ("run", [Number(kernel), Number(extent), ColumnsOf(scalars), ColumnsOf(inputs), ColumnsOf(outputs)]) => {
            builder.run(*kernel, *extent, scalars, inputs, outputs);
        }
        ("product", [Number(weights), ColumnsOf(left), Columns(out), Flag(accumulate), Texts(labels)]) => {
            builder.product(*weights, left, *out, *accumulate, &all_leaked(labels));
        }
        ("reduce", [Reduction(reduction), Columns(value), Number(length), Columns(out)]) => {
            builder.reduce(reduction_of(*reduction), *value, *length, *out);
        }
        ("copy", [Columns(value), Columns(out)]) => builder.copy(*value, *out),
        ("fill", [Real(value), Columns(out)]) => builder.fill(*value, *out),
        ("stretch", [Columns(value), Number(length), Columns(out)]) => builder.stretch(*value, *length, *out),
        ("outer", [Columns(left), Columns(right), Columns(out)]) => builder.outer(*left, *right, *out),
        ("transpose", [Columns(value), Array(sizes), Columns(out)]) => builder.transpose(*value, array(sizes), *out),
        ("diag", [Columns(value), Columns(out)]) => builder.diag(*value, *out),
        ("diagonal_of", [Columns(value), Columns(out)]) => builder.diagonal_of(*value, *out),
        ("identity", [Number(size), Columns(out)]) => builder.identity(*size, *out),
        ("matmul", [TwoColumns(operands), Flags(transposed), Array(sizes), Columns(out)]) => {
            builder.matmul(*operands, *transposed, array(sizes), *out);
        }
        ("total_sum", [Columns(value), Columns(out), Flag(accumulate)]) => builder.total_sum(*value, *out, *accumulate),
        ("total_product", [Columns(left), Columns(right), ColumnsOf(outs), Flag(accumulate), Texts(labels)]) => {
            builder.total_product(*left, *right, outs, *accumulate, &all_leaked(labels));
        }
        (method, arguments) => panic!("the builder has no `{method}` with {arguments:?}"),
    }
}

fn source(held: &Held) -> Source {
    match held {
        Held::Value(Rows::Once) => Source::Value(scan::Rows::Once),
        Held::Value(Rows::Example) => Source::Value(scan::Rows::Example),
        Held::Value(Rows::All) => Source::Value(scan::Rows::All),
        Held::Value(Rows::Step { saved }) => Source::Value(scan::Rows::Step { saved: *saved }),
        Held::Numbered(name, at) => numbered(name, *at),
    }
}

fn numbered(name: &str, at: usize) -> Source {
    match name {
        "Size" => Source::Size(SizeId(at)),
        "Parameter" => Source::Parameter(at),
        "Buffer" => Source::Buffer(at),
        "Hyper" => Source::Hyper(at),
        "Input" => Source::Input(at),
        "Context" => Source::Context(at),
        "Output" => Source::Output(at),
        "State" => Source::State(at),
        "Next" => Source::Next(at),
        "OutputAdjoint" => Source::OutputAdjoint(at),
        "NextAdjoint" => Source::NextAdjoint(at),
        "StateAdjoint" => Source::StateAdjoint(at),
        "InputAdjoint" => Source::InputAdjoint(at),
        "ContextAdjoint" => Source::ContextAdjoint(at),
        "ParameterAdjoint" => Source::ParameterAdjoint(at),
        other => panic!("a region holds no `{other}`"),
    }
}

fn often(frequency: plan::Frequency) -> Frequency {
    match frequency {
        plan::Frequency::Once => Frequency::Once,
        plan::Frequency::Example => Frequency::Example,
        plan::Frequency::All => Frequency::All,
        plan::Frequency::Step => Frequency::Step,
    }
}

fn reduction_of(reduction: ir::Reduction) -> Reduction {
    match reduction {
        ir::Reduction::Sum => Reduction::Sum,
        ir::Reduction::Min => Reduction::Min,
        ir::Reduction::Max => Reduction::Max,
    }
}

fn array<const N: usize>(sizes: &[usize]) -> [usize; N] {
    sizes.try_into().expect("as many sizes as the builder takes")
}

fn all_leaked(texts: &[String]) -> Vec<&'static str> {
    texts.iter().map(|text| leaked(text)).collect()
}

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
