//! Shapes that do not fit, each named.

use crate::support::{assert_error, rng};
use recurve::{Buffer, Cell, Param, Result, Tensor, recurrent};

recurrent! {
    /// Two inputs, two states.
    pub(super) cell Pair(input: D, hidden: H) {
        param w: [H, D] = zeros;
        param u: [H, D + H]? = zeros;
        buffer scale: [H] = ones;
        state h: [H];
        state m: [] = learned;

        step(x: [D], dt: []) -> [H] {
            m = m + dt;
            h = tanh(w @ x + u @ concat(x, h)) * scale * m;
            h
        }
    }
}

fn pair() -> Pair {
    Pair::new(2, 3, &mut rng(1))
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape)
}

fn step(cell: &Pair, x: &[usize], dt: &[usize], h: &[usize], m: &[usize]) -> Result<Tensor> {
    Ok(cell.step(&(zeros(x), zeros(dt)), PairState { h: zeros(h), m: zeros(m) })?.0)
}

/// The shapes of `x`, `dt`, `h` and `m`, and the error.
type Case<'a> = (&'a [usize], &'a [usize], &'a [usize], &'a [usize], &'a str);

#[test]
fn inputs_and_states_are_checked() {
    let cell = pair();
    assert!(step(&cell, &[4, 2], &[4], &[4, 3], &[4]).is_ok());
    let cases: [Case<'_>; 7] = [
        (&[4, 5], &[4], &[4, 3], &[4], "`x` should have shape [B, 2], found [4, 5]"),
        (&[1, 4, 2], &[4], &[4, 3], &[4], "`x` should have shape [B, 2], found [1, 4, 2]"),
        (&[], &[4], &[4, 3], &[4], "`x` should have shape [B, 2], found []"),
        (&[4, 2], &[4, 1], &[4, 3], &[4], "`dt` should have shape [4], found [4, 1]"),
        (&[4, 2], &[1], &[4, 3], &[4], "`dt` should have shape [4], found [1]"),
        (&[4, 2], &[4], &[1, 3], &[4], "`state.h` should have shape [4, 3], found [1, 3]"),
        (&[4, 2], &[4], &[4, 3], &[], "`state.m` should have shape [4], found []"),
    ];
    for (x, dt, h, m, message) in cases {
        assert_error(step(&cell, x, dt, h, m), &format!("Pair: {message}"));
    }
    let advice = "Pair: `x` should have shape [B, 2], found [2]; give a single example [2] its batch axis with \
                  `unsqueeze(0)`, a single sequence [T, 2] with `unsqueeze(1)`";
    assert_error(step(&cell, &[2], &[4], &[4, 3], &[4]), advice);
}

#[test]
fn rule_27_fields_are_checked_at_each_call() {
    let run = |cell: &Pair| step(cell, &[4, 2], &[4], &[4, 3], &[4]);
    let param = |shape: &[usize]| Param::new(zeros(shape));
    let cell = Pair { u: Some(param(&[3, 4])), ..pair() };
    assert_error(run(&cell), "Pair: `u` should have shape [3, 5], found [3, 4]");
    assert_error(cell.initial_state(1), "Pair: `u` should have shape [3, 5], found [3, 4]");
    assert!(run(&Pair { u: None, ..pair() }).is_ok());
    let cell = Pair { u: Some(param(&[15])), ..pair() };
    assert_error(run(&cell), "Pair: `u` should have shape [H, D + H], found [15]");
    let cell = Pair { w: param(&[3]), ..pair() };
    assert_error(run(&cell), "Pair: `w` should have shape [H, D], found [3]");
    let cell = Pair { scale: Buffer::new(zeros(&[4])), ..pair() };
    assert_error(run(&cell), "Pair: `scale` should have shape [3], found [4]");
    let cell = Pair { initial_m: param(&[1]), ..pair() };
    assert_error(cell.initial_state(1), "Pair: `initial_m` should have shape [], found [1]");
}

#[test]
fn a_scan_names_the_cell() {
    let cell = pair();
    let state = || PairState { h: zeros(&[2, 3]), m: zeros(&[2]) };
    assert_error(
        cell.scan(&(zeros(&[5, 2, 3]), zeros(&[5, 2])), state()),
        "Pair::scan: `x` should have shape [T, B, 2], found [5, 2, 3]",
    );
}
