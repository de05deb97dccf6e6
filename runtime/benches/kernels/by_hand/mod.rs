//! The same loops as somebody would write them for these cells alone.

use recurve::rand::{SeedableRng, rngs::StdRng};

use crate::cells;

/// The rows of a step in what has all steps, or the elements of a row in what has all rows.
macro_rules! part {
    ($values:expr, $at:expr, $size:expr) => {
        $values[$at * $size..][..$size]
    };
}

mod gru;
mod lstm;
mod tanh;

pub(crate) use gru::Gru;
pub(crate) use lstm::Lstm;
pub(crate) use tanh::Tanh;

/// Sizes of a scan.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// T
    pub(crate) steps: usize,
    /// B
    pub(crate) batch: usize,
    /// H
    pub(crate) hidden: usize,
}

impl Extent {
    /// Of a step.
    fn step(self) -> usize {
        self.batch * self.hidden
    }
}

/// A scan over `N` inputs `[T, B, H]`, from states of zeros on.
pub(crate) trait ByHand<const N: usize> {
    fn new(extent: Extent, inputs: [Vec<f32>; N]) -> Self;
    /// The values.
    fn forward(&mut self);
    /// The values and then the gradients of the sum of the last state.
    fn training(&mut self);
    /// `[B, H]`
    fn last(&self) -> &[f32];
    /// `[T, B, H]` each.
    fn gradients(&self) -> &[Vec<f32>; N];
}

/// What all of them keep.
struct Kept<const N: usize, const SAVED: usize> {
    extent: Extent,
    u: Vec<f32>,
    inputs: [Vec<f32>; N],
    gradients: [Vec<f32>; N],
    /// `[T, B, H]`
    saved: [Vec<f32>; SAVED],
    /// `[T + 1, B, H]`
    h: Vec<f32>,
    /// `[B, H]`
    d_h: Vec<f32>,
}

impl<const N: usize, const SAVED: usize> Kept<N, SAVED> {
    fn new(extent: Extent, inputs: [Vec<f32>; N]) -> Self {
        let count = extent.steps * extent.step();
        Self {
            extent,
            u: cells::Tanh::new(extent.hidden, &mut StdRng::seed_from_u64(1)).u.get().to_vec(),
            inputs,
            gradients: std::array::from_fn(|_| vec![0.0; count]),
            saved: std::array::from_fn(|_| vec![0.0; count]),
            h: vec![0.0; count + extent.step()],
            d_h: vec![0.0; extent.step()],
        }
    }

    fn last(&self) -> &[f32] {
        &self.h[self.h.len() - self.extent.step()..]
    }
}
