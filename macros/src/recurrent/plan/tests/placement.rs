//! What runs once, hoisted, in the loop and after it, by what it depends on.

use super::{assert_backward, assert_forward, assert_saved};

#[test]
fn products_of_inputs_are_hoisted() {
    assert_forward(
        "cell C(input: D, hidden: H) {
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param b: [H]? = zeros;
            state h: [H];
            step(x: [D]) -> [H] { h = tanh(w @ x + u @ h + b); h }
        }",
        &["all: w @ x", "step: u @ h; loop h"],
    );
}

#[test]
fn what_no_later_step_reads_is_sunk() {
    assert_forward(
        "cell C(input: D) {
            param u, v: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = tanh(x + u @ h); sigmoid(v @ h) }
        }",
        &["step: u @ h; loop h", "all: v @ h; loop sigmoid(v @ h)"],
    );
}

#[test]
fn a_sunk_product_is_first_on_the_way_back() {
    let cell = "cell C(input: D) {
        param v: [D, D] = zeros;
        state h: [D];
        step(x: [D]) -> [D] { h = x * h; v @ h }
    }";
    assert_backward(cell, &["all: transpose(v) @ d y", "step: loop d h, d h * x", "all: loop d h * h; totals d v"]);
}

#[test]
fn weights_made_of_parameters_are_computed_once() {
    assert_forward(
        "cell C(input: D) {
            param u: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = tanh((u - transpose(u)) @ h + x); h }
        }",
        &["once: transpose u; loop u - transpose(u)", "step: (u - transpose(u)) @ h; loop h"],
    );
}

#[test]
fn products_of_contexts_are_computed_for_each_example() {
    let cell = "cell C(hidden: H, known: K) {
        param v: [H, K] = zeros;
        param a: [H] = zeros;
        context c: [K];
        state h: [H];
        step(x: [H]) -> [H] { h = a * h + x * (v @ c); h }
    }";
    assert_forward(cell, &["example: v @ c", "step: loop h"]);
    assert_backward(
        cell,
        &[
            "step: loop d h, d h * …, d h * a",
            "all: loop d h * x, d h * h; total for ·; total for d a",
            "example: transpose(v) @ …; totals d v",
        ],
    );
}

#[test]
fn a_diagonal_recurrence_has_no_product_in_the_loop() {
    let cell = "cell C(input: D, hidden: H) {
        param a: [H] = zeros;
        param w: [H, D] = zeros;
        state h: [H];
        step(x: [D]) -> [H] { h = sigmoid(a) * h + w @ x; h }
    }";
    assert_forward(cell, &["once: loop sigmoid(a)", "all: w @ x", "step: loop h"]);
    assert_backward(
        cell,
        &[
            "step: loop d h, d h * …",
            "all: transpose(w) @ d h; loop d h * h; totals d w; total for ·",
            "once: loop … * (… * (1 - …))",
        ],
    );
}

#[test]
fn layer_norm_in_the_loop_is_two_sums_and_loops_around_them() {
    let cell = "cell C(input: D) {
        param u: [D, D] = zeros;
        state h: [D];
        step(x: [D]) -> [D] { h = layer_norm(u @ h); h + x }
    }";
    assert_forward(
        cell,
        &["step: u @ h; sum ·; loop … / D; loop (u @ h) - (… / D), square((u @ h) - (… / D)); sum ·; \
           loop sqrt((… / D) + 0.00001), recip(sqrt(… + 0.00001)); loop h, h + x"],
    );
    assert_saved(cell, &["1", "1", "D"]);
}

#[test]
fn what_only_inputs_make_is_no_part_of_the_loop() {
    assert_forward(
        "cell C(input: D) {
            param w: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = h + w @ tanh(x); h }
        }",
        &["all: loop tanh(x); w @ tanh(x)", "step: loop h"],
    );
}

#[test]
fn cheap_values_are_computed_again_and_others_saved() {
    let cell = "cell C(input: D) {
        state h: [D];
        step(x: [D]) -> [D] { let z = sigmoid(x * h); h = (1 - z) * x + z * h; h }
    }";
    assert_forward(cell, &["step: loop z, h"]);
    assert_saved(cell, &["D"]);
}

#[test]
fn values_behind_stop_gradient_are_not_copied() {
    let cell = "cell C(input: D) {
        param w: [D, D] = zeros;
        state h: [D];
        step(x: [D]) -> [D] { h = tanh(w @ stop_gradient(x) + h); h }
    }";
    assert_forward(cell, &["all: w @ x", "step: loop h"]);
    assert_backward(cell, &["step: loop d h * (1 - square(h)); copy · to d h", "all: totals d w"]);
}
