//! Recurrent models as annotated structs, with tensors, reverse-mode gradients and optimisers.
//!
//! In docs and messages `T` is time, `B` batch, `D` input features, `H` hidden units; `F` is the element type.

// Generated code names the crate, also in its own tests.
#[allow(unused_extern_crates)]
extern crate self as recurve;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod array;
mod autodiff;
mod error;
mod module;
pub mod nn;
mod ops;
pub mod optim;
mod recurrent;
mod tensor;
mod tensors;

pub use array::element::{DType, Element, Float};
pub use array::shape::{MAX_RANK, Shape};
pub use autodiff::{GradientCheck, Gradients, check_gradients, grad, value_and_grad, value_and_grad_aux};
pub use error::{Error, ErrorKind, Result};
pub use module::{
    AnyParam, Buffer, BufferRef, Cast, Caster, Id, Layout, LayoutEntry, Mapper, Module, Param, ParamRef, Parameter,
    ParameterMut, Rebuilt, Restructure, Segment, Summary, Visitor,
};
pub use nn::Forward;
pub use ops::{Axes, Axis, concat, stack};
pub use recurrent::{Cell, Gru, GruState, Sequence, check_batch, check_shape};
pub use tensor::Tensor;
pub use tensor::any::AnyTensor;
pub use tensors::{TensorMapper, TensorVisitor, Tensors};

pub use recurve_macros::{Module, State};

/// The arrays at the border of this crate, in the version that its signatures use.
pub use ndarray;
/// The random generators at the border of this crate, in the version that its signatures use.
pub use rand;
