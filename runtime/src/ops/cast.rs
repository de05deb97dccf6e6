//! Conversions between element types.

use crate::array::Array;
use crate::array::element::{DType, Element, Float};
use crate::autodiff::node::record_cast;
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

impl<F: Float> Tensor<F> {
    /// The elements rounded to `G`. The gradient comes back in this tensor's type.
    ///
    /// ```
    /// let x = recurve::Tensor::from([0.5_f64]).cast::<f32>();
    /// assert_eq!(x.to_vec(), [0.5_f32]);
    /// ```
    #[doc(alias = "astype")]
    pub fn cast<G: Float>(&self) -> Tensor<G> {
        let array = Array::build(*self.shape_value(), |to| {
            for (to, from) in to.iter_mut().zip(self.as_slice()) {
                *to = G::from_f64(from.to_f64());
            }
        });
        if self.node.is_none() {
            return Tensor::untracked(array);
        }
        record_cast(&self.clone().into(), array)
    }
}

impl Tensor<bool> {
    /// 1 where true, 0 where false.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([true, false]).cast::<f32>().to_vec(), [1.0, 0.0]);
    /// ```
    pub fn cast<F: Float>(&self) -> Tensor<F> {
        numbers(self, |value| if value { F::ONE } else { F::ZERO })
    }
}

impl Tensor<usize> {
    /// Whole numbers as real ones.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([3_usize]).cast::<f64>().to_vec(), [3.0]);
    /// ```
    pub fn cast<F: Float>(&self) -> Tensor<F> {
        numbers(self, |value| F::from_f64(value as f64))
    }
}

impl AnyTensor {
    /// The elements in the type `F`.
    pub(crate) fn cast<F: Float>(&self) -> Tensor<F> {
        match self.get::<F>() {
            Some(tensor) => tensor.clone(),
            None => each_type!(self, tensor => tensor.cast::<F>()),
        }
    }

    /// The elements in the floating-point type `dtype`.
    pub(crate) fn cast_to(&self, dtype: DType) -> Self {
        match dtype {
            DType::F32 => self.cast::<f32>().into(),
            _ => self.cast::<f64>().into(),
        }
    }
}

fn numbers<E: Element, F: Float>(from: &Tensor<E>, f: impl Fn(E) -> F) -> Tensor<F> {
    Tensor::build(*from.shape_value(), |to| {
        for (to, &from) in to.iter_mut().zip(from.as_slice()) {
            *to = f(from);
        }
    })
}
