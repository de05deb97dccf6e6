//! Tensors whose element type is known only at run time.

use ndarray::{ArrayBase, Data, Dimension};

use crate::array::element::{DType, Element, Float};
use crate::autodiff::node::{Kind, Step};
use crate::tensor::Tensor;

/// A floating-point tensor whose element type is known only at run time: gradients and parameters of mixed models.
///
/// ```
/// use recurve::{AnyTensor, Tensor};
///
/// let any = AnyTensor::from(Tensor::from([1.0_f64, 2.0]));
/// assert!(any.get::<f32>().is_none());
/// assert_eq!(any.get::<f64>().map(|t| t.sum().item()), Some(3.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyTensor {
    /// Single precision.
    F32(Tensor<f32>),
    /// Double precision.
    F64(Tensor<f64>),
}

/// Runs the same expression for whichever element type a tensor has.
macro_rules! each_type {
    ($any:expr, $tensor:pat => $body:expr) => {
        match $any {
            $crate::tensor::any::AnyTensor::F32($tensor) => $body,
            $crate::tensor::any::AnyTensor::F64($tensor) => $body,
        }
    };
}
pub(crate) use each_type;

impl AnyTensor {
    /// The tensor, if its elements have the type `F`.
    pub fn get<F: Float>(&self) -> Option<&Tensor<F>> {
        F::peel(self)
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        each_type!(self, tensor => tensor.dtype())
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        each_type!(self, tensor => tensor.shape())
    }

    /// Whether no element is infinite or not a number.
    pub fn is_finite(&self) -> bool {
        each_type!(self, tensor => tensor.is_finite())
    }

    /// The elements as f64, in row-major order.
    pub fn to_f64_vec(&self) -> Vec<f64> {
        each_type!(self, tensor => tensor.as_slice().iter().map(|v| (*v).to_f64()).collect())
    }

    /// The same values without the record of how they were computed.
    #[must_use]
    pub fn detach(&self) -> Self {
        each_type!(self, tensor => tensor.detach().into())
    }
}

impl<F: Float> From<Tensor<F>> for AnyTensor {
    fn from(tensor: Tensor<F>) -> Self {
        F::wrap(tensor)
    }
}

impl<F: Float> From<&Tensor<F>> for AnyTensor {
    fn from(tensor: &Tensor<F>) -> Self {
        F::wrap(tensor.clone())
    }
}

impl From<&AnyTensor> for AnyTensor {
    fn from(tensor: &AnyTensor) -> Self {
        tensor.clone()
    }
}

/// Copies the elements of an ndarray or of a view, whatever its strides.
///
/// # Panics
///
/// With more axes than [`MAX_RANK`](crate::MAX_RANK).
impl<F: Float, S: Data<Elem = F>, D: Dimension> From<&ArrayBase<S, D>> for AnyTensor {
    #[track_caller]
    fn from(array: &ArrayBase<S, D>) -> Self {
        F::wrap(Tensor::from(array))
    }
}

/// The way between tensors in code that is generic over [`Float`] and values whose type is known at run time.
#[doc(hidden)]
pub trait Erase: Element {
    fn wrap(tensor: Tensor<Self>) -> AnyTensor;
    fn peel(any: &AnyTensor) -> Option<&Tensor<Self>>;
    fn peel_mut(any: &mut AnyTensor) -> Option<&mut Tensor<Self>>;
    fn kind(step: Step<Self>) -> Kind
    where
        Self: Float;
}

macro_rules! erase {
    ($type:ty, $variant:ident) => {
        impl Erase for $type {
            fn wrap(tensor: Tensor<Self>) -> AnyTensor {
                AnyTensor::$variant(tensor)
            }
            fn peel(any: &AnyTensor) -> Option<&Tensor<Self>> {
                if let AnyTensor::$variant(tensor) = any { Some(tensor) } else { None }
            }
            fn peel_mut(any: &mut AnyTensor) -> Option<&mut Tensor<Self>> {
                if let AnyTensor::$variant(tensor) = any { Some(tensor) } else { None }
            }
            #[inline(always)]
            fn kind(step: Step<Self>) -> Kind {
                Kind::$variant(step)
            }
        }
    };
}

erase!(f32, F32);
erase!(f64, F64);
