//! What steppers refuse, and in which words.

use super::Guided;
use crate::support::{assert_error, panic_of, rng};
use recurve::cells::IntersectionRnn;
use recurve::{Cell, CompiledCell, Lstm, LstmState, Param, Result, Tensor, value_and_grad};

/// `D` = 3, `H` = 4.
fn lstm() -> Lstm {
    Lstm::new(3, 4, &mut rng(1))
}

fn guided() -> Guided {
    Guided::new(2, 5, &mut rng(1))
}

#[test]
fn inputs_of_the_wrong_length() -> Result<()> {
    let mut stepper = lstm().stepper(2)?;
    let mut push = |count: usize| stepper.push(&vec![0.0; count]).map(<[f32]>::to_vec);
    assert_error(push(7), "Lstm::stepper: `x` should have 6 elements for shape [2, 3], found 7");
    assert_error(
        push(3),
        "Lstm::stepper: `x` should have 6 elements for shape [2, 3], found 3; give all 2 rows one after the other",
    );
    assert_error(stepper.set_input("x", &[]), "Lstm::stepper: `x` should have 6 elements for shape [2, 3], found 0");
    let mut stepper = guided().stepper_with_sizes(1, &[("K", 3)])?;
    assert_error(
        stepper.set_context("memory", &[0.0; 4]),
        "Guided::stepper: `memory` should have 3 elements for shape [1, 3], found 4",
    );
    Ok(())
}

#[test]
fn names_that_there_are_not() -> Result<()> {
    let mut stepper = guided().stepper_with_sizes(1, &[("K", 3)])?;
    assert_error(stepper.set_input("y", &[]), "Guided::stepper: expected `x` or `dt`, found the input `y`");
    assert_error(stepper.set_context("x", &[]), "Guided::stepper: expected `memory` or `speed`, found the context `x`");
    assert_error(
        lstm().stepper(1)?.set_context("x", &[]),
        "Lstm::stepper: the cell has no context, found the context `x`",
    );
    Ok(())
}

#[test]
fn steps_before_all_is_written() -> Result<()> {
    let mut stepper = guided().stepper_with_sizes(1, &[("K", 3)])?;
    let no_values = |name: &str, method: &str| {
        format!("Guided::stepper: `{name}` has no values yet; call `{method}(\"{name}\", ..)` before the first step")
    };
    assert_error(stepper.step(), &no_values("x", "set_input"));
    stepper.input_mut(0).fill(0.0);
    assert_error(stepper.step(), &no_values("dt", "set_input"));
    stepper.set_input("dt", &[1.0])?;
    stepper.set_context("speed", &[1.0])?;
    assert_error(stepper.step(), &no_values("memory", "set_context"));
    stepper.set_context("memory", &[1.0; 3])?;
    stepper.step()
}

#[test]
fn push_where_there_is_more_than_one() -> Result<()> {
    let message = "Guided::stepper: `push` is for cells with one input and one output, found the inputs `x` and `dt` \
                   and 2 outputs; write inputs with `set_input` or `input_mut`, then call `step`, and read results \
                   with `output`";
    let mut stepper = guided().stepper_with_sizes(1, &[("K", 3)])?;
    assert_error(stepper.push(&[0.0; 2]).map(<[f32]>::to_vec), message);
    let message = "IntersectionRnn::stepper: `push` is for cells with one input and one output, found the inputs `x` \
                   and 2 outputs; write inputs with `set_input` or `input_mut`, then call `step`, and read results \
                   with `output`";
    let mut stepper = IntersectionRnn::new(4, &mut rng(1)).stepper(1)?;
    assert_error(stepper.push(&[0.0; 4]).map(<[f32]>::to_vec), message);
    Ok(())
}

#[test]
fn numbers_that_are_too_large() -> Result<()> {
    let mut stepper = lstm().stepper(2)?;
    assert_error(stepper.reset_row(2), "Lstm::stepper: expected a row below 2, found 2");
    assert_eq!(panic_of(|| stepper.output(1).len()), "Lstm has 1 outputs, found output 1");
    assert_eq!(panic_of(|| stepper.input_mut(1).len()), "Lstm has 1 inputs, found input 1");
    Ok(())
}

#[test]
fn states_of_the_wrong_shape_change_nothing() -> Result<()> {
    let mut stepper = lstm().stepper(2)?;
    let state = |h: &[usize], c: &[usize]| LstmState { h: Tensor::ones(h), c: Tensor::ones(c) };
    assert_error(
        stepper.set_state(&state(&[2, 4], &[1, 4])),
        "Lstm::stepper: `state.c` should have shape [2, 4], found [1, 4]",
    );
    assert_error(
        stepper.set_state(&state(&[2, 5], &[2, 4])),
        "Lstm::stepper: `state.h` should have shape [2, 4], found [2, 5]",
    );
    assert_eq!(stepper.state().h, Tensor::zeros([2, 4]));
    Ok(())
}

#[test]
fn sizes_that_do_not_fit_the_contexts() {
    let advice = "Guided::stepper: only contexts know the size `K`; write `stepper_with_sizes(batch, &[(\"K\", ..)])`";
    assert_error(guided().stepper(1), advice);
    assert_error(
        guided().stepper_with_sizes(1, &[("D", 2)]),
        "Guided::stepper: expected sizes that only contexts know, `K`, found `D`",
    );
    assert_error(
        guided().stepper_with_sizes(1, &[("K", 2), ("K", 3)]),
        "Guided::stepper: expected one size `K`, found two",
    );
    assert_error(
        lstm().stepper_with_sizes(1, &[("K", 2)]),
        "Lstm::stepper: the cell has no size that only contexts know, found `K`",
    );
}

#[test]
fn cells_that_cannot_be_stepped() -> Result<()> {
    let mut wrong = lstm();
    wrong.w_f = Param::new(Tensor::zeros([4, 2]));
    assert_error(wrong.stepper(1), "Lstm: `w_f` should have shape [4, 3], found [4, 2]");
    let found = value_and_grad(&lstm(), |twin| {
        twin.stepper(1)?;
        Ok(twin.scan(Tensor::ones([1, 1, 3]), None)?.0.data().sum())
    });
    assert_error(
        found,
        "Lstm::stepper: a gradient is asked for of `w_i`, and a stepper records nothing; use `scan` or `step` here, or \
         make the stepper outside of `value_and_grad`",
    );
    Ok(())
}
