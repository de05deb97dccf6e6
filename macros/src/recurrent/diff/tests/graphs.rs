//! Whole derivatives as text.

use crate::recurrent::diff::{Backward, reverse};
use crate::recurrent::ir::{self, Graph, NodeId, Op, Step};
use crate::recurrent::tests::front;
use crate::recurrent::typed::Cell;

/// The derivative of a cell whose output is a formula of the inputs `x, z: [D]` and `s: []` and the parameter `w: [D, D]`.
#[track_caller]
pub(super) fn derivative(formula: &str) -> (Cell, Step, Backward) {
    of_cell(&format!(
        "cell Test(input: D, hidden: H) {{
            param w: [D, D] = zeros;
            param b: [H] = zeros;
            step(x: [D], z: [D], s: []) -> [D] {{ {formula} }}
        }}"
    ))
}

/// After all passes.
#[track_caller]
pub(super) fn of_cell(source: &str) -> (Cell, Step, Backward) {
    let cell = front::read(source).and_then(|cell| front::typed(&cell));
    let cell = cell.unwrap_or_else(|mistakes| panic!("{source}: {mistakes:?}"));
    let step = ir::optimise(ir::lower(&cell));
    let backward = reverse(&step).optimised();
    (cell, step, backward)
}

/// `mul(g, sub(1, square(tanh(x))))`
pub(super) fn formula(cell: &Cell, step: &Step, graph: &Graph, id: NodeId) -> String {
    let op = &graph.node(id).op;
    match op {
        Op::Forward(id) => return formula(cell, step, &step.graph, *id),
        Op::OutputAdjoint(_) => return "g".to_owned(),
        Op::Total(at) => return format!("total {at}"),
        _ => {}
    }
    let (head, tail) = (ir::print::head(cell, op), ir::print::tail(cell, op));
    if op.is_leaf() {
        return head.rsplit_once(' ').map_or(head.clone(), |(_, name)| name.to_owned());
    }
    let operands: Vec<String> = op.operands().into_iter().map(|operand| formula(cell, step, graph, operand)).collect();
    format!("{head}({}{tail})", operands.join(", "))
}

/// Source, and what is printed.
#[track_caller]
fn assert_text(source: &str, expected: &str) {
    let (cell, step, backward) = of_cell(source);
    let found = format!("{}\n{}", step.text(&cell), backward.text(&cell));
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&found).trim(), lines(expected).trim(), "\n{found}");
}

#[test]
fn weights_get_one_product_of_matrices_and_biases_a_sum() {
    assert_text(
        "cell Rnn(input: D, hidden: H) {
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param b: [H] = zeros;
            state h: [H];
            step(x: [D]) -> [H] { h = tanh(w @ x + u @ h + b); h }
        }",
        "
        %0: [H, D] = param w
        %1: [D] = input x
        %2: [H] = matmul %0 %1
        %3: [H, H] = param u
        %4: [H] = state h
        %5: [H] = matmul %3 %4
        %6: [H] = add %2 %5
        %7: [H] = param b
        %8: [H] = add %6 %7
        %9: [H] = tanh %8 // h
        next h: %9
        output: %9

        for each row:
        %0: [H] = output_adjoint 0
        %1: [H] = next_adjoint h
        %2: [H] = add %0 %1 // d h
        %3: [H] = forward %9
        %4: [H] = square %3
        %5: [] = 1
        %6: [H] = sub %5 %4
        %7: [H] = mul %2 %6
        %8: [H] = forward %4
        %9: [H, H] = forward %3
        %10: [H] = matmul_tn %9 %7
        %11: [D] = forward %1
        %12: [H, D] = forward %0
        %13: [D] = matmul_tn %12 %7
        total 0 of forward %7: sum %7
        total 1 of forward %3: sum outer %7 %8
        total 2 of forward %0: sum outer %7 %11
        d h: %10
        d x: %13

        once for each scan:
        %0: [H] = total 0
        %1: [H, H] = total 1
        %2: [H, D] = total 2
        d w: %2
        d u: %1
        d b: %0
        ",
    );
}

#[test]
fn what_is_made_of_parameters_and_of_contexts_is_differentiated_after_the_sum() {
    assert_text(
        "cell Derived(input: D, hidden: H, keys: K) {
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param k: [H, K] = zeros;
            context c: [K];
            state h: [H];
            step(x: [D]) -> [H] { h = tanh(w @ x + (u - transpose(u)) @ h + sigmoid(k @ c)); h }
        }",
        "
        %0: [H, D] = param w
        %1: [D] = input x
        %2: [H] = matmul %0 %1
        %3: [H, H] = param u
        %4: [H, H] = transpose %3
        %5: [H, H] = sub %3 %4
        %6: [H] = state h
        %7: [H] = matmul %5 %6
        %8: [H] = add %2 %7
        %9: [H, K] = param k
        %10: [K] = context c
        %11: [H] = matmul %9 %10
        %12: [H] = sigmoid %11
        %13: [H] = add %8 %12
        %14: [H] = tanh %13 // h
        next h: %14
        output: %14

        for each row:
        %0: [H] = output_adjoint 0
        %1: [H] = next_adjoint h
        %2: [H] = add %0 %1 // d h
        %3: [H] = forward %14
        %4: [H] = square %3
        %5: [] = 1
        %6: [H] = sub %5 %4
        %7: [H] = mul %2 %6
        %8: [H] = forward %6
        %9: [H, H] = forward %5
        %10: [H] = matmul_tn %9 %7
        %11: [D] = forward %1
        %12: [H, D] = forward %0
        %13: [D] = matmul_tn %12 %7
        total 0 of forward %12: sum %7
        total 2 of forward %5: sum outer %7 %8
        total 3 of forward %0: sum outer %7 %11
        d h: %10
        d x: %13

        once for each example:
        %0: [H] = total 0
        %1: [H] = forward %12
        %2: [] = 1
        %3: [H] = sub %2 %1
        %4: [H] = mul %1 %3
        %5: [H] = mul %0 %4
        %6: [K] = forward %10
        %7: [H, K] = forward %9
        %8: [K] = matmul_tn %7 %5
        total 1 of forward %9: sum outer %5 %6
        d c: %8

        once for each scan:
        %0: [H, K] = total 1
        %1: [H, H] = total 2
        %2: [H, H] = neg %1
        %3: [H, H] = transpose %2
        %4: [H, H] = add %1 %3
        %5: [H, D] = total 3
        d w: %5
        d u: %4
        d k: %0
        ",
    );
}

#[test]
fn nothing_is_computed_for_what_needs_no_derivative() {
    assert_text(
        "cell Masked(input: D, hidden: H) {
            param b: [D] = zeros;
            buffer m: [D] = ones;
            state h: [D];
            step(x: [D], z: [H]) -> ([D], [H]) {
                h = select(floor(exp(b)) > 1, x, m) + stop_gradient(h * b);
                (h, stop_gradient(sin(z)))
            }
        }",
        "
        %0: [D] = param b
        %1: [D] = exp %0
        %2: [D] = floor %1
        %3: [] = 1
        %4: [D] mask = greater %2 %3
        %5: [D] = input x
        %6: [D] = buffer m
        %7: [D] = select %4 %5 %6
        %8: [D] = state h
        %9: [D] = mul %8 %0
        %10: [D] = stop_gradient %9
        %11: [D] = add %7 %10 // h
        %12: [H] = input z
        %13: [H] = sin %12
        %14: [H] = stop_gradient %13
        next h: %11
        output: %11
        output: %14

        for each row:
        %0: [D] = output_adjoint 0
        %1: [D] = next_adjoint h
        %2: [D] = add %0 %1 // d h
        %3: [D] mask = forward %4
        %4: [] = 0
        %5: [D] = select %3 %2 %4
        d x: %5
        ",
    );
}

#[test]
fn parts_of_one_product_come_back_as_one_vector() {
    assert_text(
        "cell Gates(input: D, hidden: H) {
            param w: [3 * H, D] = zeros;
            state h: [H];
            step(x: [D]) -> [H] {
                let (a, b, c) = split(w @ x, 3);
                h = sigmoid(a) * h + tanh(b) * c;
                h
            }
        }",
        "
        %0: [3 * H, D] = param w
        %1: [D] = input x
        %2: [3 * H] = matmul %0 %1
        %3: [H] = slice %2 from 0 length H // a
        %4: [H] = slice %2 from H length H // b
        %5: [H] = slice %2 from 2 * H length H // c
        %6: [H] = sigmoid %3
        %7: [H] = state h
        %8: [H] = mul %6 %7
        %9: [H] = tanh %4
        %10: [H] = mul %9 %5
        %11: [H] = add %8 %10 // h
        next h: %11
        output: %11

        for each row:
        %0: [H] = output_adjoint 0
        %1: [H] = next_adjoint h
        %2: [H] = add %0 %1 // d h
        %3: [H] = forward %5
        %4: [H] = mul %2 %3
        %5: [H] = forward %9
        %6: [H] = mul %2 %5 // d c
        %7: [H] = square %5
        %8: [] = 1
        %9: [H] = sub %8 %7
        %10: [H] = mul %4 %9 // d b
        %11: [H] = forward %7
        %12: [H] = mul %2 %11
        %13: [H] = forward %6
        %14: [H] = mul %2 %13
        %15: [H] = sub %8 %13
        %16: [H] = mul %13 %15
        %17: [H] = mul %12 %16 // d a
        %18: [3 * H] = concat %17 %10 %6
        %19: [D] = forward %1
        %20: [3 * H, D] = forward %0
        %21: [D] = matmul_tn %20 %18
        total 0 of forward %0: sum outer %18 %19
        d h: %14
        d x: %21

        once for each scan:
        %0: [3 * H, D] = total 0
        d w: %0
        ",
    );
}
