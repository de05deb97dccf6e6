//! r = σ(x_r + y), z = σ(x_z + y), n = tanh(x_n + r y), h' = (1 - z) n + z h with y = u h

use recurve::__private::simd::{self, Body, Token, dispatch};

use super::{ByHand, Extent, Kept};

pub(crate) struct Gru(Kept<3, 3>);

impl ByHand<3> for Gru {
    fn new(extent: Extent, inputs: [Vec<f32>; 3]) -> Self {
        Self(Kept::new(extent, inputs))
    }

    fn forward(&mut self) {
        dispatch(Forward::<false>(&mut self.0));
    }

    fn training(&mut self) {
        dispatch(Forward::<true>(&mut self.0));
        dispatch(Backward(&mut self.0));
    }

    fn last(&self) -> &[f32] {
        self.0.last()
    }

    fn gradients(&self) -> &[Vec<f32>; 3] {
        &self.0.gradients
    }
}

struct Forward<'a, const SAVING: bool>(&'a mut Kept<3, 3>);

impl<const SAVING: bool> Body for Forward<'_, SAVING> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        let Kept { extent, u, inputs: [x_r, x_z, x_n], saved: [r, z, n], h, .. } = self.0;
        let (size, width) = (extent.step(), extent.hidden);
        for step in 0..extent.steps {
            let (before, after) = h[step * size..].split_at_mut(size);
            for row in 0..extent.batch {
                let at = step * extent.batch + row;
                forward::<T, SAVING>(
                    token,
                    [
                        u,
                        &part!(x_r, at, width),
                        &part!(x_z, at, width),
                        &part!(x_n, at, width),
                        &part!(before, row, width),
                    ],
                    &mut part!(r, at, width),
                    &mut part!(z, at, width),
                    &mut part!(n, at, width),
                    &mut part!(after, row, width),
                );
            }
        }
    }
}

#[inline(always)]
fn forward<T: Token, const SAVING: bool>(
    token: T,
    [u, x_r, x_z, x_n, h]: [&[f32]; 5],
    to_r: &mut [f32],
    to_z: &mut [f32],
    to_n: &mut [f32],
    next: &mut [f32],
) {
    let count = next.len();
    let [u, x_r, x_z, x_n, h] = [&u[..count], &x_r[..count], &x_z[..count], &x_n[..count], &h[..count]];
    let (to_r, to_z, to_n) = (&mut to_r[..count], &mut to_z[..count], &mut to_n[..count]);
    for i in 0..count {
        let y = u[i] * h[i];
        let r = simd::sigmoid(token, x_r[i] + y);
        let z = simd::sigmoid(token, x_z[i] + y);
        let n = simd::tanh(token, x_n[i] + r * y);
        if SAVING {
            (to_r[i], to_z[i], to_n[i]) = (r, z, n);
        }
        next[i] = n + z * (h[i] - n);
    }
}

struct Backward<'a>(&'a mut Kept<3, 3>);

impl Body for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        let Kept { extent, u, gradients: [d_r, d_z, d_n], saved: [r, z, n], h, d_h, .. } = self.0;
        let width = extent.hidden;
        d_h.fill(1.0);
        for step in (0..extent.steps).rev() {
            for row in 0..extent.batch {
                let at = step * extent.batch + row;
                let saved = [&part!(r, at, width), &part!(z, at, width), &part!(n, at, width), &part!(h, at, width)];
                let (d_r, d_z) = (&mut part!(d_r, at, width), &mut part!(d_z, at, width));
                backward(u, saved, &mut part!(d_h, row, width), d_r, d_z, &mut part!(d_n, at, width));
            }
        }
    }
}

#[inline(always)]
fn backward(u: &[f32], [r, z, n, h]: [&[f32]; 4], d_h: &mut [f32], d_r: &mut [f32], d_z: &mut [f32], d_n: &mut [f32]) {
    let count = d_n.len();
    let [u, r, z, n, h] = [&u[..count], &r[..count], &z[..count], &n[..count], &h[..count]];
    let (d_h, d_r, d_z) = (&mut d_h[..count], &mut d_r[..count], &mut d_z[..count]);
    for i in 0..count {
        let d = d_h[i];
        let y = u[i] * h[i];
        let of_n = d * (1.0 - z[i]) * (1.0 - n[i] * n[i]);
        let of_r = of_n * y * (r[i] * (1.0 - r[i]));
        let of_z = d * (h[i] - n[i]) * (z[i] * (1.0 - z[i]));
        (d_r[i], d_z[i], d_n[i]) = (of_r, of_z, of_n);
        d_h[i] = d * z[i] + u[i] * (of_n * r[i] + of_r + of_z);
    }
}
