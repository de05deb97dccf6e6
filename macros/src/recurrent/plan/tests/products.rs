//! Which products are one product, and what stands side by side for them.

use super::{assert_backward, assert_forward, planned};

const GRU: &str = "cell C(input: D, hidden: H) {
    param w_r, w_z, w_n: [H, D] = zeros;
    param u_r, u_z, u_n: [H, H] = zeros;
    state h: [H];
    step(x: [D]) -> [H] {
        let r = sigmoid(w_r @ x + u_r @ h);
        let z = sigmoid(w_z @ x + u_z @ h);
        let n = tanh(w_n @ x + u_n @ (r * h));
        h = (1 - z) * n + z * h;
        h
    }
}";

#[test]
fn products_of_the_same_vector_are_stacked_and_the_reset_gate_is_inside_of_one() {
    assert_forward(
        GRU,
        &["all: w_r @ x, w_z @ x, w_n @ x", "step: u_r @ h, u_z @ h; loop r, z, r * h; u_n @ (r * h); loop n, h"],
    );
}

#[test]
fn sums_of_products_are_one_product_on_the_way_back() {
    let [n, z, r] = ["(d n * (1 - square(n)))", "(d z * (z * (1 - z)))", "(d r * (r * (1 - r)))"];
    let bare = |text: &str| text[1..text.len() - 1].to_owned();
    assert_backward(
        GRU,
        &[
            &format!(
                "step: loop d h, {}, {}; transpose(u_n) @ {n}; loop {}, (d h * z) + ((transpose(u_n) @ {n}) * r); \
                 add transpose(u_z) @ {z} + transpose(u_r) @ {r}",
                bare(n),
                bare(z),
                bare(r)
            ),
            &format!(
                "all: transpose(w_n) @ {n} + transpose(w_z) @ {z} + transpose(w_r) @ {r}; loop r * h; \
                 totals d w_n, d w_z, d w_r; totals d u_z, d u_r; totals d u_n"
            ),
        ],
    );
}

#[test]
fn stacked_weights_are_columns_of_blocks_and_joined_ones_rows() {
    let (cell, plan) = planned(
        "cell C(input: D) {
            param u, v: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = tanh(u @ h) * sigmoid(v @ h) + x; h }
        }",
    );
    let text = plan.text(&cell);
    let weights: Vec<&str> = text.lines().filter(|line| line.starts_with("weights")).collect();
    let expected = [
        "weights 0: [D, 2 * D] transposed r5 at (0, 0) transposed r6 at (0, D)",
        "weights 1: [2 * D, D] r6 at (0, 0) r5 at (D, 0)",
    ];
    assert_eq!(weights, expected);
}

#[test]
fn low_rank_weights_stay_two_thin_products() {
    let cell = "cell C(input: D) {
        param a: [D, 3] = zeros;
        param b: [3, D] = zeros;
        state h: [D];
        step(x: [D]) -> [D] { h = a @ (b @ h) + x; h }
    }";
    assert_forward(cell, &["step: b @ h; a @ (b @ h); loop h"]);
    assert_backward(
        cell,
        &["step: loop d h; transpose(a) @ d h; transpose(b) @ (transpose(a) @ d h)", "all: totals d b; totals d a"],
    );
}

#[test]
fn products_of_matrices_are_never_formed_for_a_vector() {
    assert_forward(
        "cell C(input: D) {
            param a: [D, 3] = zeros;
            param b: [3, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] { h = a @ b @ h + x; h }
        }",
        &["step: b @ h; a @ (b @ h); loop h"],
    );
}

#[test]
fn products_of_several_inputs_are_products_of_their_own() {
    assert_forward(
        "cell C(input: D) {
            param w, v: [D, D] = zeros;
            state h: [D];
            step(x: [D], y: [D], dt: []) -> [D] { h = h * exp(-dt) + w @ x + v @ y; h }
        }",
        &["all: w @ x; v @ y", "step: loop exp(neg(dt)); loop h"],
    );
}

#[test]
fn parts_of_one_product_are_read_where_they_stand() {
    assert_forward(
        "cell C(hidden: H) {
            param u: [2 * H, H] = zeros;
            state h: [H];
            step(x: [H]) -> [H] { let (f, i) = split(u @ h, 2); h = sigmoid(f) * h + tanh(i) + x; h }
        }",
        &["step: u @ h; loop sigmoid(f), tanh(i), h"],
    );
}
