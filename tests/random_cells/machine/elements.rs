//! What loops and products compute, element by element.

use crate::recurrent::ir::{self, Comparison, Graph, Op};
use crate::recurrent::plan::Kernel;
use crate::recurrent::shapes::fold;

/// All elements of one row of a loop.
pub(crate) fn run_loop(kernel: &Kernel, operands: &[&[f64]], outputs: &mut [&mut [f64]]) {
    let extent = outputs.first().map_or(0, |output| output.len());
    let mut values = vec![0.0; kernel.body.nodes.len()];
    for at in 0..extent {
        run_element(&kernel.body, &mut values, &|operand| {
            operands[operand][if operand < kernel.scalars { 0 } else { at }]
        });
        for (output, id) in outputs.iter_mut().zip(&kernel.outputs) {
            output[at] = values[id.index()];
        }
    }
}

fn run_element(body: &Graph, values: &mut [f64], operand: &dyn Fn(usize) -> f64) {
    for (at, node) in body.nodes.iter().enumerate() {
        let get = |id: &ir::NodeId| values[id.index()];
        let mask = f64::from;
        values[at] = match &node.op {
            Op::Number(value) => value.value(),
            Op::Input(at) => operand(*at),
            Op::Unary(function, a) => fold::unary(*function, get(a)),
            Op::Binary(function, a, b) => fold::binary(*function, get(a), get(b)),
            Op::Compare(comparison, a, b) => mask(compare(*comparison, get(a), get(b))),
            Op::And(a, b) => mask(get(a) != 0.0 && get(b) != 0.0),
            Op::Or(a, b) => mask(get(a) != 0.0 || get(b) != 0.0),
            Op::Not(a) => mask(get(a) == 0.0),
            Op::Select { mask, first, second } => get(if get(mask) != 0.0 { first } else { second }),
            Op::Stretch(a, _) | Op::StopGradient(a) => get(a),
            other => unreachable!("{other:?} is not computed element by element"),
        };
    }
}

fn compare(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
    }
}

/// `[rows, columns]` to `[columns, rows]`.
pub(super) fn transposed(value: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    (0..rows * columns).map(|at| value[at % rows * columns + at / rows]).collect()
}

/// `[m, k]` times `[k, n]`.
pub(super) fn matrix_product(left: &[f64], right: &[f64], [m, k, n]: [usize; 3]) -> Vec<f64> {
    let element = |at: usize| (0..k).map(|inner| left[at / n * k + inner] * right[inner * n + at % n]).sum();
    (0..m * n).map(element).collect()
}
