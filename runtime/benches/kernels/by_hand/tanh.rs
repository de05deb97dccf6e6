//! h' = tanh(x + u h)

use recurve::__private::simd::{self, Body, Token, dispatch};

use super::{ByHand, Extent, Kept};

pub(crate) struct Tanh(Kept<1, 0>);

impl ByHand<1> for Tanh {
    fn new(extent: Extent, inputs: [Vec<f32>; 1]) -> Self {
        Self(Kept::new(extent, inputs))
    }

    fn forward(&mut self) {
        dispatch(Forward(&mut self.0));
    }

    fn training(&mut self) {
        dispatch(Forward(&mut self.0));
        dispatch(Backward(&mut self.0));
    }

    fn last(&self) -> &[f32] {
        self.0.last()
    }

    fn gradients(&self) -> &[Vec<f32>; 1] {
        &self.0.gradients
    }
}

struct Forward<'a>(&'a mut Kept<1, 0>);

impl Body for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        let Kept { extent, u, inputs: [x], h, .. } = self.0;
        let (size, width) = (extent.step(), extent.hidden);
        for step in 0..extent.steps {
            let (before, after) = h[step * size..].split_at_mut(size);
            for row in 0..extent.batch {
                let x = &part!(x, step * extent.batch + row, width);
                forward(token, u, x, &part!(before, row, width), &mut part!(after, row, width));
            }
        }
    }
}

#[inline(always)]
fn forward<T: Token>(token: T, u: &[f32], x: &[f32], h: &[f32], next: &mut [f32]) {
    let n = next.len();
    let (u, x, h) = (&u[..n], &x[..n], &h[..n]);
    for i in 0..n {
        next[i] = simd::tanh(token, x[i] + u[i] * h[i]);
    }
}

struct Backward<'a>(&'a mut Kept<1, 0>);

impl Body for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        let Kept { extent, u, gradients: [d_x], h, d_h, .. } = self.0;
        let width = extent.hidden;
        d_h.fill(1.0);
        for step in (0..extent.steps).rev() {
            for row in 0..extent.batch {
                let at = step * extent.batch + row;
                let next = &part!(h, at + extent.batch, width);
                backward(u, next, &mut part!(d_h, row, width), &mut part!(d_x, at, width));
            }
        }
    }
}

#[inline(always)]
fn backward(u: &[f32], next: &[f32], d_h: &mut [f32], d_x: &mut [f32]) {
    let n = d_x.len();
    let (u, next, d_h) = (&u[..n], &next[..n], &mut d_h[..n]);
    for i in 0..n {
        d_x[i] = d_h[i] * (1.0 - next[i] * next[i]);
        d_h[i] = d_x[i] * u[i];
    }
}
