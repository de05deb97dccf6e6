//! An array in a file, whatever its element type.

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::array::element::Element;
use crate::array::shape::{MAX_RANK, Shape};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// An array as a file has it.
#[derive(Clone, Debug)]
pub(super) enum Array {
    F32(Tensor<f32>),
    F64(Tensor<f64>),
    Usize(Tensor<usize>),
    Bool(Tensor<bool>),
    /// Of another framework, to be named in messages.
    Foreign {
        dtype: String,
        shape: Vec<usize>,
    },
}

/// The same expression for whichever element type an array of this library has, or another for a foreign one.
macro_rules! each_array {
    ($array:expr, $tensor:ident => $body:expr, ($dtype:ident, $shape:ident) => $foreign:expr) => {
        match $array {
            Array::F32($tensor) => $body,
            Array::F64($tensor) => $body,
            Array::Usize($tensor) => $body,
            Array::Bool($tensor) => $body,
            Array::Foreign { dtype: $dtype, shape: $shape } => $foreign,
        }
    };
}

impl Array {
    pub(super) fn shape(&self) -> &[usize] {
        each_array!(self, tensor => tensor.shape(), (_dtype, shape) => shape)
    }

    /// The element type as messages name it.
    pub(super) fn type_name(&self) -> String {
        each_array!(self, tensor => tensor.dtype().to_string(), (dtype, _shape) => dtype.clone())
    }

    /// The element type as the format names it, and the bytes of an element.
    pub(super) fn label(&self) -> (&'static str, usize) {
        match self {
            Self::F32(_) => ("F32", 4),
            Self::F64(_) => ("F64", 8),
            Self::Usize(_) => ("U64", 8),
            Self::Bool(_) => ("BOOL", 1),
            Self::Foreign { .. } => unreachable!("a foreign array is never written"),
        }
    }

    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Self::Foreign { .. })
    }

    /// The array of real numbers, if it is one.
    pub(super) fn real(&self) -> Option<AnyTensor> {
        match self {
            Self::F32(tensor) => Some(tensor.into()),
            Self::F64(tensor) => Some(tensor.into()),
            _ => None,
        }
    }

    /// The matrix transposed, if it is one of real numbers.
    pub(super) fn transposed(&self) -> Option<Self> {
        match self {
            Self::F32(tensor) if tensor.rank() == 2 => Some(Self::F32(tensor.transpose(0, 1))),
            Self::F64(tensor) if tensor.rank() == 2 => Some(Self::F64(tensor.transpose(0, 1))),
            _ => None,
        }
    }

    /// Shows the elements as the format has them, a few at a time: whole words of 8 bytes except in the last part.
    pub(super) fn each_part(&self, mut see: impl FnMut(&[u8])) {
        match self {
            Self::F32(tensor) => each_part(tensor, |value| value.to_le_bytes(), &mut see),
            Self::F64(tensor) => each_part(tensor, |value| value.to_le_bytes(), &mut see),
            Self::Usize(tensor) => each_part(tensor, |value| (value as u64).to_le_bytes(), &mut see),
            Self::Bool(tensor) => each_part(tensor, |value| [u8::from(value)], &mut see),
            Self::Foreign { .. } => unreachable!("a foreign array is never written"),
        }
    }

    /// The array in a file.
    pub(super) fn read(view: &TensorView<'_>) -> Self {
        let (data, dtype) = (view.data(), view.dtype());
        let foreign = || Self::Foreign { dtype: foreign_name(dtype), shape: view.shape().to_vec() };
        if view.shape().len() > MAX_RANK {
            return foreign();
        }
        let shape = Shape::from(view.shape());
        let read = match dtype {
            Dtype::F32 => tensor(data, shape, f32::from_le_bytes).map(Self::F32),
            Dtype::F64 => tensor(data, shape, f64::from_le_bytes).map(Self::F64),
            Dtype::U64 => tensor(data, shape, |word| u64::from_le_bytes(word) as usize).map(Self::Usize),
            Dtype::BOOL => tensor(data, shape, |[byte]| byte != 0).map(Self::Bool),
            _ => None,
        };
        read.unwrap_or_else(foreign)
    }
}

impl From<AnyTensor> for Array {
    fn from(tensor: AnyTensor) -> Self {
        match tensor {
            AnyTensor::F32(tensor) => Self::F32(tensor),
            AnyTensor::F64(tensor) => Self::F64(tensor),
        }
    }
}

macro_rules! wrap {
    ($($type:ident $variant:ident),*) => {$(
        impl From<Tensor<$type>> for Array {
            fn from(tensor: Tensor<$type>) -> Self {
                Self::$variant(tensor)
            }
        }
    )*};
}

wrap!(f32 F32, f64 F64, usize Usize, bool Bool);

/// How messages name a type of the format that has no counterpart here.
fn foreign_name(dtype: Dtype) -> String {
    format!("{dtype:?}").to_lowercase()
}

/// The elements, if the bytes are as many as the shape says.
fn tensor<E: Element, const N: usize>(data: &[u8], shape: Shape, element: impl Fn([u8; N]) -> E) -> Option<Tensor<E>> {
    let (words, rest) = data.as_chunks();
    if !rest.is_empty() || words.len() != shape.count() {
        return None;
    }
    Some(Tensor::build(shape, |to| to.iter_mut().zip(words).for_each(|(to, word)| *to = element(*word))))
}

/// A multiple of 8, so that a part of any element type is whole words.
const PART: usize = 8192;

fn each_part<E: Element, const N: usize>(
    tensor: &Tensor<E>,
    bytes: impl Fn(E) -> [u8; N],
    see: &mut impl FnMut(&[u8]),
) {
    let mut buffer = vec![[0; N]; PART.min(tensor.count())];
    for part in tensor.as_slice().chunks(PART) {
        let buffer = &mut buffer[..part.len()];
        buffer.iter_mut().zip(part).for_each(|(to, from)| *to = bytes(*from));
        see(buffer.as_flattened());
    }
}

/// Whether all elements are the same numbers, bit for bit.
pub(super) fn same_bits(left: &AnyTensor, right: &AnyTensor) -> bool {
    match (left, right) {
        (AnyTensor::F32(left), AnyTensor::F32(right)) => {
            left.shape() == right.shape() && equal(left, right, |value| value.to_bits().into())
        }
        (AnyTensor::F64(left), AnyTensor::F64(right)) => {
            left.shape() == right.shape() && equal(left, right, f64::to_bits)
        }
        _ => false,
    }
}

fn equal<E: Element>(left: &Tensor<E>, right: &Tensor<E>, bits: impl Fn(E) -> u64) -> bool {
    left.as_slice().iter().zip(right.as_slice()).all(|(left, right)| bits(*left) == bits(*right))
}
