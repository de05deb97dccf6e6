//! Operations that look at a whole axis: softmax and its kin, and layer normalisation.

use super::Op;
use super::axes::{Axis, around, axis_of};
use super::layout::reduced;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::kernels::Reduce;
use crate::autodiff::node::record;
use crate::tensor::Tensor;

impl<F: Float> Tensor<F> {
    /// eˣ divided by its sum over `axis`, without overflow. An element of `-inf` gets the share 0; where all
    /// are, the result is not a number.
    ///
    /// # Panics
    ///
    /// When the axis does not exist.
    ///
    /// ```
    /// let y = recurve::Tensor::from([1000.0_f32, 1000.0]).softmax(-1);
    /// assert_eq!(y.to_vec(), [0.5, 0.5]);
    /// ```
    #[track_caller]
    pub fn softmax(&self, axis: impl Axis) -> Self {
        let axis = axis_of("softmax", axis, self.shape());
        let y = (self.detach() - self.peak(axis)).exp();
        let total = y.sum_keep(axis);
        record(Op::Softmax { axis }, &[self], (y / total).array)
    }

    /// The logarithm of [`softmax`](Self::softmax), without overflow.
    ///
    /// # Panics
    ///
    /// When the axis does not exist.
    ///
    /// ```
    /// let y = recurve::Tensor::from([0.0_f64, 0.0]).log_softmax(-1);
    /// assert_eq!(y.to_vec(), [-std::f64::consts::LN_2; 2]);
    /// ```
    #[track_caller]
    pub fn log_softmax(&self, axis: impl Axis) -> Self {
        let axis = axis_of("log_softmax", axis, self.shape());
        let shifted = self.detach() - self.peak(axis);
        let total = shifted.exp().sum_keep(axis).ln();
        record(Op::LogSoftmax { axis }, &[self], (shifted - total).array)
    }

    /// The logarithm of the sum of eˣ over `axis`, which disappears; without overflow, and `-inf` for no elements.
    ///
    /// # Panics
    ///
    /// When the axis does not exist.
    ///
    /// ```
    /// let y = recurve::Tensor::from([0.0_f64, 0.0]).logsumexp(-1);
    /// assert_eq!(y.item(), std::f64::consts::LN_2);
    /// ```
    #[track_caller]
    pub fn logsumexp(&self, axis: impl Axis) -> Self {
        let axis = axis_of("logsumexp", axis, self.shape());
        let peak = self.peak(axis);
        let total = (self.detach() - &peak).exp().sum_keep(axis).ln() + peak;
        record(Op::LogSumExp { axis }, &[self], total.array).squeeze(axis)
    }

    /// `(x - mean) / sqrt(variance + epsilon)` over the last axis, with the biased variance; no gain and no shift
    /// (Ba et al. 2016, <https://arxiv.org/abs/1607.06450>). See [`LayerNorm`](crate::nn::LayerNorm) for the layer.
    ///
    /// # Panics
    ///
    /// Without axes.
    ///
    /// ```
    /// let y = recurve::Tensor::from([1.0_f64, 3.0]).layer_norm(0.0);
    /// assert_eq!(y.to_vec(), [-1.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn layer_norm(&self, epsilon: f64) -> Self {
        let axis = axis_of("layer_norm", -1, self.shape());
        let (_, length, _) = around(self.shape_value(), axis);
        let epsilon_value = F::from_f64(epsilon);
        let count = F::from_f64(length as f64);
        let array = Array::build(*self.shape_value(), |to| {
            for (to, row) in to.chunks_exact_mut(length.max(1)).zip(self.as_slice().chunks_exact(length.max(1))) {
                let mean = row.iter().fold(F::ZERO, |sum, &x| sum + x) / count;
                let square = row.iter().fold(F::ZERO, |sum, &x| sum + (x - mean) * (x - mean));
                let inverse = F::ONE / (square / count + epsilon_value).sqrt();
                to.iter_mut().zip(row).for_each(|(to, &x)| *to = (x - mean) * inverse);
            }
        });
        record(Op::LayerNorm { epsilon }, &[self], array)
    }

    /// The largest element along `axis`, kept with size 1, where it is finite, and 0 elsewhere: subtracting it never
    /// makes infinity minus infinity.
    fn peak(&self, axis: usize) -> Self {
        let mut peak = reduced(&self.array, Reduce::Max, axis);
        for value in peak.make_mut() {
            if !value.is_finite() && !value.is_nan() {
                *value = F::ZERO;
            }
        }
        Self::untracked(peak)
    }
}
