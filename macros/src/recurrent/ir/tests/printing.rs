//! The text of a graph.

use super::lowered;
use crate::recurrent::ir::{Depends, optimise};

const GRU: &str = "cell Gru(input: D, hidden: H) {
    param w_z, w_n: [H, D] = zeros;
    param u_z, u_n: [H, H] = zeros;
    param b: [H]? = zeros;
    hyper rate = 0.5;
    context k: [H];
    state h: [H];
    step(x: [D]) -> [H] {
        let z = sigmoid(w_z @ x + u_z @ h + b + k);
        let n = tanh(w_n @ x + u_n @ h);
        let (first, second) = split(concat(n, n * rate), 2);
        let m = select(z > 0.5, first, second);
        h = (1 - z) * m + z * h;
        h
    }
}";

#[test]
fn a_step_is_printed_line_by_line() {
    let (cell, step) = lowered(GRU);
    let expected = "\
%0: [H, D] = param w_z
%1: [D] = input x
%2: [H] = matmul %0 %1
%3: [H, H] = param u_z
%4: [H] = state h
%5: [H] = matmul %3 %4
%6: [H] = add %2 %5
%7: [H] = param b
%8: [H] = add %6 %7
%9: [H] = context k
%10: [H] = add %8 %9
%11: [H] = sigmoid %10 // z
%12: [H, D] = param w_n
%13: [D] = input x
%14: [H] = matmul %12 %13
%15: [H, H] = param u_n
%16: [H] = state h
%17: [H] = matmul %15 %16
%18: [H] = add %14 %17
%19: [H] = tanh %18 // n
%20: [] = hyper rate
%21: [H] = mul %19 %20
%22: [2 * H] = concat %19 %21
%23: [H] = slice %22 from 0 length H // first
%24: [H] = slice %22 from H length H // second
%25: [] = 0.5
%26: [H] mask = greater %11 %25
%27: [H] = select %26 %23 %24 // m
%28: [] = 1
%29: [H] = sub %28 %11
%30: [H] = mul %29 %27
%31: [H] = state h
%32: [H] = mul %11 %31
%33: [H] = add %30 %32 // h
next h: %33
output: %33
";
    assert_eq!(step.text(&cell), expected);
}

#[test]
fn after_all_passes_it_is_shorter() {
    let (cell, step) = lowered(GRU);
    let expected = "\
%0: [H, D] = param w_z
%1: [D] = input x
%2: [H] = matmul %0 %1
%3: [H, H] = param u_z
%4: [H] = state h
%5: [H] = matmul %3 %4
%6: [H] = add %2 %5
%7: [H] = param b
%8: [H] = add %6 %7
%9: [H] = context k
%10: [H] = add %8 %9
%11: [H] = sigmoid %10 // z
%12: [H, D] = param w_n
%13: [H] = matmul %12 %1
%14: [H, H] = param u_n
%15: [H] = matmul %14 %4
%16: [H] = add %13 %15
%17: [H] = tanh %16 // n
%18: [] = hyper rate
%19: [H] = mul %17 %18 // second
%20: [] = 0.5
%21: [H] mask = greater %11 %20
%22: [H] = select %21 %17 %19 // m
%23: [] = 1
%24: [H] = sub %23 %11
%25: [H] = mul %24 %22
%26: [H] = mul %11 %4
%27: [H] = add %25 %26 // h
next h: %27
output: %27
";
    assert_eq!(optimise(step).text(&cell), expected);
}

#[test]
fn values_know_what_they_depend_on() {
    let (_, step) = lowered(GRU);
    let of = |name: &str| {
        let node = step.graph.nodes.iter().find(|node| node.name.as_deref() == Some(name)).expect("a name");
        node.depends
    };
    assert_eq!(of("z").to_string(), "parameter, context, input, state");
    assert_eq!(of("n").to_string(), "parameter, input, state");
    assert_eq!(step.graph.nodes[20].depends, Depends::NOTHING);
    assert_eq!(step.graph.nodes[2].depends, Depends::PARAMETER.union(Depends::INPUT));
    assert!(step.graph.nodes[0].depends.is_shared() && !step.graph.nodes[9].depends.is_shared());
}
