//! Programs as formulas: what each expression of a cell becomes.

mod alignment;
mod numbers;
mod products;

use super::{Call, Program, Register, lower};
use crate::errors::Errors;
use crate::recurrent::typed::Cell;
use crate::recurrent::{resolve, shapes, syntax};
use proc_macro2::TokenStream;

/// Asserts what the output of a step becomes; a case is the shape, the lines of the step, and the result.
#[track_caller]
fn assert_lowered(cases: &[(&str, &str, &str)]) {
    for (shape, lines, expected) in cases {
        assert_eq!(output(shape, lines), *expected, "{lines}");
    }
}

/// The output of a cell with some parameters, an input `x: [D]`, a scalar input `s: []` and a state `h: [H]`.
fn output(shape: &str, lines: &str) -> String {
    let (lets, tail) = lines.rsplit_once(';').map_or((String::new(), lines), |(lets, tail)| (format!("{lets};"), tail));
    let (cell, program) = lowered(&format!(
        "cell Test(input: D, hidden: H) {{
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param b: [H] = zeros;
            param p: [] = zeros;
            param o: [H]? = zeros;
            param q: []? = zeros;
            hyper rate = 0.5;
            state h: [H];
            step(x: [D], s: []) -> {shape} {{ {lets} let y = {tail}; h = h + 1; y }}
        }}"
    ));
    formula(&cell, &program, program.outputs[0])
}

fn lowered(source: &str) -> (Cell, Program) {
    let tokens: TokenStream = format!("[::recurve] {source}").parse().expect("the source of a test has tokens");
    let mut errors = Errors::new();
    let input = syntax::parse(&mut errors, tokens);
    let names = resolve::resolve(&mut errors, &input.cells[0]);
    let cell = shapes::infer(&mut errors, &input.cells[0], &names);
    let mistakes: Vec<String> = errors.drain().iter().map(ToString::to_string).collect();
    assert!(mistakes.is_empty(), "{source}: {mistakes:?}");
    let cell = cell.expect("a cell without mistakes");
    let program = lower(&cell);
    (cell, program)
}

/// `tanh(matmul_transposed(x, w))`
fn formula(cell: &Cell, program: &Program, register: Register) -> String {
    let call = &program.instructions[register.index()].call;
    let head = super::print::call_without_operands(cell, call);
    let operands: Vec<String> = call.operands().iter().map(|operand| formula(cell, program, *operand)).collect();
    match call {
        Call::Parameter(_) | Call::Buffer(_) | Call::Input(_) | Call::Context(_) | Call::State(_) | Call::Hyper(_) => {
            head.rsplit(' ').next().unwrap_or_default().to_owned()
        }
        Call::Optional(_) => format!("{}?", head.rsplit(' ').next().unwrap_or_default()),
        _ if operands.is_empty() => head,
        _ => format!("{}({})", head.trim_end_matches(':'), operands.join(", ")),
    }
}

#[test]
fn a_program_is_printed_line_by_line() {
    let (cell, program) = lowered(
        "cell Test(hidden: H) {
            param w: [H, H] = zeros;
            param o: [H]? = zeros;
            hyper rate = 0.5;
            state h: [H];
            step(x: [H], s: []) -> (gate: [H], []) {
                let gate = sigmoid(w @ x + o);
                h = gate * h * s;
                (gate, rate)
            }
        }",
    );
    let expected = "\
%0 [., .] = param w
%1 [B, .] = input x
%2 [B, .] = matmul_transposed %1 %0
%3 [.]? = param o
%4 [B, .] = add_optional %2 %3
%5 [B, .] = sigmoid %4 // gate
%6 [B, .] = state h
%7 [B, .] = mul %5 %6
%8 [B] = input s
%9 [B, .] = unsqueeze -1: %8
%10 [B, .] = mul %7 %9 // h
%11 = hyper rate
%12 [] = scalar %11
%13 [B] = stretch []: %12
next h: %10
output: %5
output: %13";
    assert_eq!(program.text(&cell), expected);
}

#[test]
fn what_reaches_no_result_is_not_lowered() {
    let (_, program) = lowered(
        "cell Test(hidden: H) {
            param w: [H, H] = zeros;
            state h: [H];
            step(x: [H]) -> [H] {
                let unused = w @ x;
                let transposed = transpose(w);
                h = transposed @ x;
                h
            }
        }",
    );
    let calls: Vec<&Call> = program.instructions.iter().map(|instruction| &instruction.call).collect();
    let expected = [Call::Parameter(0), Call::Input(0), Call::MatMul(Register(1), Register(0))];
    assert_eq!(calls, expected.iter().collect::<Vec<_>>());
}

#[test]
fn equal_calls_are_made_once() {
    assert_lowered(&[(
        "[H]",
        "tanh(u @ h) + tanh(u @ h)",
        "add(tanh(matmul_transposed(h, u)), tanh(matmul_transposed(h, u)))",
    )]);
    let (_, program) = lowered(
        "cell Test(hidden: H) {
            param u: [H, H] = zeros;
            state h: [H];
            step(s: []) -> [H] { h = tanh(u @ h) + tanh(u @ h) * s; h * s }
        }",
    );
    let count =
        |wanted: fn(&Call) -> bool| program.instructions.iter().filter(|instruction| wanted(&instruction.call)).count();
    assert_eq!(count(|call| matches!(call, Call::MatMulTransposed(..))), 1);
    assert_eq!(count(|call| matches!(call, Call::Unsqueeze(..))), 1);
}

#[test]
fn long_chains_need_no_stack() {
    let sum = vec!["h"; 10_000].join(" + ");
    let (_, program) =
        lowered(&format!("cell Test(hidden: H) {{ state h: [H]; step(x: [H]) -> [H] {{ h = {sum} + x; h }} }}"));
    assert_eq!(program.instructions.len(), 10_002);
}
