//! All operations of the language: values equal to those of the tensor operations, and right gradients.

use super::{assert_gradients, dense, weighted};
use crate::support::{assert_close, assert_close_to, random, rng};
use recurve::{Cell, Param, Result, Tensor, concat, recurrent};

recurrent! {
    /// Functions of one number; what is not smooth is far from its corners.
    pub(super) cell Functions(input: D) {
        param a: [D] = zeros;
        hyper slope = 0.2;
        state v: [D];

        step(x: [D]) -> ([D], [D], [D], [D]) {
            let p = exp(x / 4) + 1;
            let first = exp(x) + expm1(x) + ln(p) + log1p(p) + sqrt(p) + square(x) + recip(p) + abs(p) + sin(x);
            let second = cos(x) + erf(x) + tanh(x) + sigmoid(x) + relu(p) + gelu(x) + gelu_tanh(x) + silu(x);
            let third = softplus(x) + elu(x + 3) + elu(x, slope) + leaky_relu(x) + leaky_relu(x, slope * 2) + selu(x);
            let fourth = mish(x) + softsign(x) + hard_sigmoid(x / 9) + hard_tanh(x / 9) + log_sigmoid(x)
                + stop_gradient(floor(x) + sign(x)) + clamp(x, -slope, 50) + pow(p, 3) + pow(p, x) + pow(2, x)
                + rem(x, 0.75) + minimum(x, 5 * p) + maximum(x, v);
            v = 0.1 * x + a;
            (first + v, second, third, fourth)
        }
    }

    /// Matrices, vectors and masks.
    pub(super) cell Shapes(input: D, hidden: H) {
        param w: [H, D] = glorot_normal;
        param u: [H, H] = kaiming_uniform;
        param b: [H] = normal(1);
        state h: [H];
        fn both(a, c) = (a * c, a - c);
        fn gate(a) = sigmoid(2 * a);

        step(x: [D], s: []) -> [H] {
            let skew = (u - transpose(u)) / sqrt(H);
            let fast = outer(h, x) * s + w;
            let (product, difference) = both(softmax(h), layer_norm(b + w @ x, 0.1));
            let parts = concat(product, h[..1], s, norm(difference), mean(x));
            let (left, right) = split(concat(parts[..H], difference), 2);
            let turned = skew @ h + (skew @ u) @ b + fast @ x + diag(h) @ left + identity(H) @ right;
            let pull = w @ transpose(fast) @ h + logsumexp(fast) + max(fast) - min(u) + log_softmax(turned);
            let mask = turned > s && !(h <= b) || pull != pull;
            h = select(mask, tanh(turned), gate(pull) * dot(b, h) + sum(h));
            h + log_softmax(h) * maximum(s, min(x))
        }
    }
}

#[test]
fn rule_16_functions_are_those_of_tensors() -> Result<()> {
    let cell = Functions::<f64>::with_dtype(5, &mut rng(1));
    let (x, v) = (random(&[3, 5], 2) * 1.5, random(&[3, 5], 3));
    let ((first, second, third, fourth), state) = cell.step(&x, FunctionsState { v: v.clone() })?;
    let p = (&x / 4.0).exp() + 1.0;
    let next = &x * 0.1;
    let expected = x.exp() + x.expm1() + p.ln() + p.log1p() + p.sqrt() + x.square() + p.recip() + p.abs() + x.sin();
    assert_close("first", &first, &(expected + &next));
    let expected = x.cos() + x.erf() + x.tanh() + x.sigmoid() + p.relu() + x.gelu() + x.gelu_tanh() + x.silu();
    assert_close("second", &second, &expected);
    let expected = x.softplus() + (&x + 3.0).elu(1.0) + x.elu(0.2) + x.leaky_relu(0.01) + x.leaky_relu(0.4) + x.selu();
    assert_close("third", &third, &expected);
    let bounded = (&x / 9.0).hard_sigmoid() + (&x / 9.0).hard_tanh() + x.log_sigmoid();
    let whole = x.floor() + x.sign() + x.clamp(-0.2, 50.0);
    let powers = p.powf(3.0) + p.pow(&x) + Tensor::scalar(2.0).pow(&x);
    let others = x.rem(&Tensor::scalar(0.75)) + x.minimum(&(&p * 5.0)) + x.maximum(&v);
    assert_close("fourth", &fourth, &(x.mish() + x.softsign() + bounded + whole + powers + others));
    assert_close("state", &state.v, &next);
    Ok(())
}

#[test]
fn gradients_of_functions_are_right() -> Result<()> {
    let cell = dense(&Functions::<f64>::with_dtype(5, &mut rng(1)), 4)?;
    let model = (cell, Param::new(random(&[2, 2, 5], 5)));
    // the corners of `floor`, `rem` and the like are not near by
    assert_gradients(&model, |(cell, xs)| {
        let (ys, state) = cell.scan(xs.get(), None)?;
        let (first, second, third, fourth) = ys.data();
        let both = weighted(first, 6) + weighted(second, 7);
        Ok(both + weighted(third, 8) + weighted(fourth, 9) + weighted(&state.v, 10))
    })
}

/// The equations of [`Shapes`] for one example `[1, …]`.
fn shapes_by_hand(cell: &Shapes<f64>, x: &Tensor<f64>, s: f64, h: &Tensor<f64>) -> Result<Tensor<f64>> {
    let (w, u, b) = (cell.w.get(), cell.u.get(), cell.b.get());
    let (x, h) = (x.reshape([2]), h.reshape([3]));
    let times = |matrix: &Tensor<f64>, vector: &Tensor<f64>| matrix.matmul(&vector.unsqueeze(1)).squeeze(1);
    let skew = (&u - u.transpose(0, 1)) / 3.0_f64.sqrt();
    let fast = h.unsqueeze(1) * x.unsqueeze(0) * s + &w;
    let (a, c) = (h.softmax(0), (&b + times(&w, &x)).layer_norm(0.1));
    let (product, difference) = (&a * &c, &a - &c);
    let scalars = [Tensor::from([s]), difference.norm().reshape([1]), x.mean().reshape([1])];
    let parts = concat(&[&product, &h.slice(0, 0..1), &scalars[0], &scalars[1], &scalars[2]], 0)?;
    let turned =
        times(&skew, &h) + times(&skew.matmul(&u), &b) + times(&fast, &x) + &h * parts.slice(0, 0..3) + difference;
    let pull = times(&w, &times(&fast.transpose(0, 1), &h)) + fast.logsumexp(1) + fast.max_axes(1) - u.min_axes(1)
        + turned.log_softmax(0);
    let mask = turned.greater(&Tensor::scalar(s)).and(&h.less_equal(&b).not());
    let next = turned.tanh().select(&mask, &((pull * 2.0).sigmoid() * (&b * &h).sum() + h.sum()));
    Ok(&next + next.log_softmax(0) * s.max(x.min().item()))
}

#[test]
fn shapes_follow_the_equations() -> Result<()> {
    let cell = dense(&Shapes::<f64>::with_dtype(2, 3, &mut rng(1)), 2)?;
    let (x, s, h) = (random(&[4, 2], 3), random(&[4], 4), random(&[4, 3], 5));
    let (ys, _) = cell.step(&(x.clone(), s.clone()), ShapesState { h: h.clone() })?;
    for row in 0..4 {
        let one = |tensor: &Tensor<f64>| tensor.slice(0, row..row + 1);
        let expected = shapes_by_hand(&cell, &one(&x), s.at([row]), &one(&h))?;
        assert_close_to("output", &one(&ys).to_vec(), &expected.to_vec(), 1e-12);
    }
    let (none, _) = cell.step(&(Tensor::zeros([0, 2]), Tensor::zeros([0])), cell.initial_state(0)?)?;
    assert_eq!(none.shape(), [0, 3]);
    Ok(())
}

#[test]
fn gradients_of_shapes_are_right() -> Result<()> {
    let cell = dense(&Shapes::<f64>::with_dtype(2, 3, &mut rng(1)), 2)?;
    let leaves = (Param::new(random(&[3, 2, 2], 3)), Param::new(random(&[3, 2], 4)), Param::new(random(&[2, 3], 5)));
    assert_gradients(&(cell, leaves), |(cell, (xs, ss, h))| {
        let (ys, state) = cell.scan(&(xs.get(), ss.get()), ShapesState { h: h.get() })?;
        Ok(weighted(ys.data(), 6) + weighted(&state.h, 7))
    })
}
