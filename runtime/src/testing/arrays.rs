//! The arrays in a safetensors file.

use std::collections::BTreeMap;

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::array::shape::{MAX_RANK, Shape};
use crate::error::{Error, ErrorKind, Result};
use crate::files::open;
use crate::tensor::Tensor;

/// An array as the file has it, but for its width.
#[derive(Debug)]
pub(super) enum Array {
    Real(Tensor<f64>),
    /// Signed, as other frameworks store labels.
    Whole {
        shape: Shape,
        numbers: Vec<i64>,
    },
}

type Contents = (BTreeMap<String, Array>, BTreeMap<String, String>);

/// All arrays of a file, and its metadata.
pub(super) fn read_arrays(place: &str, bytes: &[u8]) -> Result<Contents> {
    let (views, metadata) = open(place, bytes)?;
    let mut arrays = BTreeMap::new();
    for (name, view) in views {
        let array = read_array(&view)
            .map_err(|message| Error::new(ErrorKind::Data, place.to_owned(), format!("`{name}` {message}")))?;
        arrays.insert(name, array);
    }
    Ok((arrays, metadata))
}

/// One array, or what is wrong with it.
fn read_array(view: &TensorView<'_>) -> Result<Array, String> {
    if view.shape().len() > MAX_RANK {
        return Err(format!("should have at most {MAX_RANK} axes, found shape {:?}", view.shape()));
    }
    let shape = Shape::from(view.shape());
    let data = view.data();
    let numbers = match view.dtype() {
        Dtype::F64 => return real(shape, words(data).map(f64::from_le_bytes).collect()),
        Dtype::F32 => return real(shape, words(data).map(|word| f32::from_le_bytes(word).into()).collect()),
        Dtype::I64 => words(data).map(i64::from_le_bytes).collect(),
        Dtype::I32 => words(data).map(|word| i32::from_le_bytes(word).into()).collect(),
        Dtype::I16 => words(data).map(|word| i16::from_le_bytes(word).into()).collect(),
        Dtype::I8 => words(data).map(|word| i8::from_le_bytes(word).into()).collect(),
        Dtype::U32 => words(data).map(|word| u32::from_le_bytes(word).into()).collect(),
        Dtype::U16 => words(data).map(|word| u16::from_le_bytes(word).into()).collect(),
        Dtype::U8 | Dtype::BOOL => data.iter().map(|byte| i64::from(*byte)).collect(),
        other => return Err(format!("should hold f64, f32, whole numbers or truth values, found {other:?}")),
    };
    Ok(Array::Whole { shape, numbers })
}

fn real(shape: Shape, elements: Vec<f64>) -> Result<Array, String> {
    Tensor::from_vec(elements, shape).map(Array::Real).map_err(|error| error.to_string())
}

/// The bytes of each element.
fn words<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> {
    data.as_chunks().0.iter().copied()
}
