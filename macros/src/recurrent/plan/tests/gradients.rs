//! What the backward pass computes, and what of it is left out where nobody asks for it.

use super::{assert_backward, assert_forward, planned};
use crate::recurrent::plan::{Rows, Source};

#[test]
fn every_gradient_is_one_total_after_the_loop() {
    assert_backward(
        "cell C(input: D, hidden: H) {
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param b: [H] = zeros;
            state h: [H];
            step(x: [D]) -> [H] { h = tanh(w @ x + u @ h + b); h }
        }",
        &[
            "step: loop d h * (1 - square(h)); transpose(u) @ (d h * (1 - square(h)))",
            "all: transpose(w) @ (d h * (1 - square(h))); totals d w; totals d u; total for d b",
        ],
    );
}

#[test]
fn derived_weights_are_differentiated_once_after_their_total() {
    assert_backward(
        "cell C(input: D) {
            param u: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = (u - transpose(u)) @ h + x; h }
        }",
        &[
            "step: loop d h; transpose(…) @ d h",
            "all: totals d …",
            "once: loop neg(…); transpose ·; loop … + transpose(neg(…))",
        ],
    );
}

#[test]
fn several_outputs_each_have_a_derivative() {
    let cell = "cell C(input: D) {
        param v: [D, D] = zeros;
        state h: [D];
        step(x: [D], y: [3]) -> ([D], [D], []) { h = x * h; (h, v @ h, sum(y)) }
    }";
    assert_forward(cell, &["all: sum y", "step: loop h", "all: v @ h"]);
    assert_backward(
        cell,
        &["all: transpose(v) @ d y", "step: loop d h, d h * x", "all: loop d y; loop d h * h; totals d v"],
    );
}

#[test]
fn an_output_that_is_a_next_state_has_no_memory_of_its_own() {
    let (_, plan) = planned(
        "cell C(input: D) { state h: [D]; state c: [D]; step(x: [D]) -> ([D], [D]) { c = x; h = c + h; (h, 2 * h) } }",
    );
    assert_eq!(plan.outputs, [Some(0), None]);
    assert!(plan.regions.iter().all(|region| region.source != Source::Output(0)));
}

#[test]
fn a_learned_start_gets_the_derivative_of_the_first_state() {
    assert_backward(
        "cell C(input: D) {
            state h: [D] = learned;
            step(x: [D]) -> [D] { h = x * h; h }
        }",
        &["step: loop d h, d h * x", "all: loop d h * h"],
    );
}

#[test]
fn a_state_that_nothing_reads_hands_back_zeros() {
    assert_backward(
        "cell C(input: D) {
            state h: [D];
            state c: [D];
            step(x: [D]) -> [D] { h = x * h; c = 2 * h; h }
        }",
        &["step: loop d h, d h * x; 0 to d c", "all: loop d h * h"],
    );
}

#[test]
fn an_optional_parameter_has_a_total_of_its_own() {
    assert_backward(
        "cell C(input: D) {
            param b: [D]? = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = x * h + b; h }
        }",
        &["step: loop d h, d h * x", "all: loop d h * h; total for d b"],
    );
}

#[test]
fn buffers_and_what_is_stopped_get_no_derivative() {
    assert_backward(
        "cell C(input: D) {
            param w: [D, D] = zeros;
            buffer m: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = m @ h + stop_gradient(w @ x); h }
        }",
        &["step: loop d h; transpose(m) @ d h"],
    );
}

#[test]
fn what_steps_hand_back_is_copied_for_the_totals() {
    let (_, plan) = planned(
        "cell C(input: D) {
            param u: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [] { h = u @ h; sum(x) }
        }",
    );
    let held = plan.regions.iter().filter(|region| region.source == Source::Value(Rows::All));
    assert_eq!(held.count(), 1);
}
