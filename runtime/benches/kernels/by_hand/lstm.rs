//! c' = σ(x_f + y) c + σ(x_i + y) tanh(x_g + y), h' = σ(x_o + y) tanh(c') with y = u h

use recurve::__private::simd::{self, Body, Token, dispatch};

use super::{ByHand, Extent, Kept};

/// Saved are the gates i, f, g, o and tanh(c').
pub(crate) struct Lstm {
    kept: Kept<4, 5>,
    /// `[T + 1, B, H]`
    c: Vec<f32>,
    /// `[B, H]`
    d_c: Vec<f32>,
}

impl ByHand<4> for Lstm {
    fn new(extent: Extent, inputs: [Vec<f32>; 4]) -> Self {
        let kept = Kept::new(extent, inputs);
        Self { c: vec![0.0; kept.h.len()], d_c: vec![0.0; kept.d_h.len()], kept }
    }

    fn forward(&mut self) {
        dispatch(Forward::<false>(self));
    }

    fn training(&mut self) {
        dispatch(Forward::<true>(self));
        dispatch(Backward(self));
    }

    fn last(&self) -> &[f32] {
        self.kept.last()
    }

    fn gradients(&self) -> &[Vec<f32>; 4] {
        &self.kept.gradients
    }
}

struct Forward<'a, const SAVING: bool>(&'a mut Lstm);

impl<const SAVING: bool> Body for Forward<'_, SAVING> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        let Lstm { kept: Kept { extent, u, inputs: [x_i, x_f, x_g, x_o], saved, h, .. }, c, .. } = self.0;
        let (size, width) = (extent.step(), extent.hidden);
        for step in 0..extent.steps {
            let (h, next_h) = h[step * size..].split_at_mut(size);
            let (c, next_c) = c[step * size..].split_at_mut(size);
            for row in 0..extent.batch {
                let at = step * extent.batch + row;
                let [i, f, g, o, s] = saved.each_mut().map(
                    #[inline(always)]
                    |saved| &mut part!(saved, at, width),
                );
                let inputs = [&part!(x_i, at, width), &part!(x_f, at, width), &part!(x_g, at, width)];
                let before = [u, &part!(x_o, at, width), &part!(h, row, width), &part!(c, row, width)];
                let next_h = &mut part!(next_h, row, width);
                forward::<T, SAVING>(token, inputs, before, i, f, g, o, s, next_h, &mut part!(next_c, row, width));
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::too_many_arguments)] // slices of which the compiler knows that they do not overlap
fn forward<T: Token, const SAVING: bool>(
    token: T,
    [x_i, x_f, x_g]: [&[f32]; 3],
    [u, x_o, h, c]: [&[f32]; 4],
    to_i: &mut [f32],
    to_f: &mut [f32],
    to_g: &mut [f32],
    to_o: &mut [f32],
    to_s: &mut [f32],
    next_h: &mut [f32],
    next_c: &mut [f32],
) {
    let n = next_h.len();
    let [u, x_i, x_f, x_g, x_o] = [&u[..n], &x_i[..n], &x_f[..n], &x_g[..n], &x_o[..n]];
    let (h, c, next_c) = (&h[..n], &c[..n], &mut next_c[..n]);
    let (to_i, to_f, to_g) = (&mut to_i[..n], &mut to_f[..n], &mut to_g[..n]);
    let (to_o, to_s) = (&mut to_o[..n], &mut to_s[..n]);
    for at in 0..n {
        let y = u[at] * h[at];
        let i = simd::sigmoid(token, x_i[at] + y);
        let f = simd::sigmoid(token, x_f[at] + y);
        let g = simd::tanh(token, x_g[at] + y);
        let o = simd::sigmoid(token, x_o[at] + y);
        let c = f * c[at] + i * g;
        let s = simd::tanh(token, c);
        if SAVING {
            (to_i[at], to_f[at], to_g[at], to_o[at], to_s[at]) = (i, f, g, o, s);
        }
        (next_h[at], next_c[at]) = (o * s, c);
    }
}

struct Backward<'a>(&'a mut Lstm);

impl Body for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        let Lstm { kept: Kept { extent, u, gradients, saved, d_h, .. }, c, d_c } = self.0;
        let width = extent.hidden;
        d_h.fill(1.0);
        d_c.fill(0.0);
        for step in (0..extent.steps).rev() {
            for row in 0..extent.batch {
                let at = step * extent.batch + row;
                let saved = saved.each_ref().map(
                    #[inline(always)]
                    |saved| &part!(saved, at, width),
                );
                let [d_i, d_f, d_g, d_o] = gradients.each_mut().map(
                    #[inline(always)]
                    |gradient| &mut part!(gradient, at, width),
                );
                let (d_h, d_c) = (&mut part!(d_h, row, width), &mut part!(d_c, row, width));
                backward([u, &part!(c, at, width)], saved, d_h, d_c, d_i, d_f, d_g, d_o);
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::too_many_arguments)] // as above
fn backward(
    [u, c]: [&[f32]; 2],
    [i, f, g, o, s]: [&[f32]; 5],
    d_h: &mut [f32],
    d_c: &mut [f32],
    d_i: &mut [f32],
    d_f: &mut [f32],
    d_g: &mut [f32],
    d_o: &mut [f32],
) {
    let n = d_i.len();
    let [u, c, i, f, g, o, s] = [&u[..n], &c[..n], &i[..n], &f[..n], &g[..n], &o[..n], &s[..n]];
    let (d_h, d_c, d_f, d_g, d_o) = (&mut d_h[..n], &mut d_c[..n], &mut d_f[..n], &mut d_g[..n], &mut d_o[..n]);
    for at in 0..n {
        let of_o = d_h[at] * s[at] * (o[at] * (1.0 - o[at]));
        let of_c = d_c[at] + d_h[at] * o[at] * (1.0 - s[at] * s[at]);
        let of_i = of_c * g[at] * (i[at] * (1.0 - i[at]));
        let of_f = of_c * c[at] * (f[at] * (1.0 - f[at]));
        let of_g = of_c * i[at] * (1.0 - g[at] * g[at]);
        (d_i[at], d_f[at], d_g[at], d_o[at]) = (of_i, of_f, of_g, of_o);
        d_c[at] = of_c * f[at];
        d_h[at] = u[at] * (of_i + of_f + of_g + of_o);
    }
}
