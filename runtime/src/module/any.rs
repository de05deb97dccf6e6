//! Parameters and buffers whose element type is known only at run time.

use super::{Buffer, Id, Mapper, Param};
use crate::array::element::{DType, Float};
use crate::array::shape::Shape;
use crate::error::Result;
use crate::tensor::any::AnyTensor;

/// A parameter whose element type is known only at run time, as visitors see it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ParamRef<'a> {
    /// Single precision.
    F32(&'a Param<f32>),
    /// Double precision.
    F64(&'a Param<f64>),
}

/// A buffer whose element type is known only at run time, as visitors see it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum BufferRef<'a> {
    /// Single precision.
    F32(&'a Buffer<f32>),
    /// Double precision.
    F64(&'a Buffer<f64>),
}

/// An owned handle of a parameter whose element type is known only at run time, in the orientation in which the
/// parameter was made.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let model = (Param::new(Tensor::<f64>::ones([2])), Param::new(Tensor::<f32>::ones([3])));
/// let parameters = model.parameters()?;
/// let handle: Option<&Param<f64>> = parameters[0].handle().typed();
/// assert_eq!(handle.map(|param| param.id()), Some(model.0.id()));
/// assert!(parameters[1].handle().typed::<f64>().is_none());
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyParam {
    /// Single precision.
    F32(Param<f32>),
    /// Double precision.
    F64(Param<f64>),
}

/// Runs the same expression for whichever element type a parameter or buffer has.
macro_rules! each_param {
    ($enum:ident, $any:expr, $param:pat => $body:expr) => {
        match $any {
            $crate::module::$enum::F32($param) => $body,
            $crate::module::$enum::F64($param) => $body,
        }
    };
}
pub(crate) use each_param;

impl ParamRef<'_> {
    /// A handle of the same parameter in the orientation in which it was made.
    pub fn to_any(self) -> AnyParam {
        match self {
            Self::F32(param) => AnyParam::F32(param.upright()),
            Self::F64(param) => AnyParam::F64(param.upright()),
        }
    }

    /// The identity.
    pub fn id(self) -> Id {
        each_param!(ParamRef, self, param => param.id())
    }

    pub(crate) fn is_transposed(self) -> bool {
        each_param!(ParamRef, self, param => param.is_transposed())
    }
}

impl BufferRef<'_> {
    /// The identity.
    pub fn id(self) -> Id {
        each_param!(BufferRef, self, buffer => buffer.id())
    }

    /// The buffer's tensor.
    pub fn get(self) -> AnyTensor {
        each_param!(BufferRef, self, buffer => buffer.get().into())
    }
}

impl AnyParam {
    /// The identity.
    pub fn id(&self) -> Id {
        self.as_ref().id()
    }

    /// The parameter as visitors see it.
    pub fn as_ref(&self) -> ParamRef<'_> {
        match self {
            Self::F32(param) => ParamRef::F32(param),
            Self::F64(param) => ParamRef::F64(param),
        }
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        match self {
            Self::F32(_) => DType::F32,
            Self::F64(_) => DType::F64,
        }
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        each_param!(AnyParam, self, param => param.shape())
    }

    /// The parameter's tensor.
    pub fn get(&self) -> AnyTensor {
        each_param!(AnyParam, self, param => param.get().into())
    }

    /// Whether training skips this parameter.
    pub fn is_frozen(&self) -> bool {
        each_param!(AnyParam, self, param => param.is_frozen())
    }

    /// The handle, if its elements have the type `F`.
    pub fn typed<F: Float>(&self) -> Option<&Param<F>> {
        F::peel_param(self.as_ref())
    }

    /// A second handle of the same parameter.
    #[must_use]
    pub fn share(&self) -> Self {
        self.as_ref().to_any()
    }

    /// Refuses a parameter that this thread would wait for because it holds the buffer in which it lives.
    pub(crate) fn check_not_lent(&self, place: &str) -> Result<()> {
        each_param!(AnyParam, self, param => param.check_not_lent(place))
    }
}

/// The way between handles in code that is generic over [`Float`] and values whose type is known at run time.
#[doc(hidden)]
pub trait EraseParam: Sized {
    fn param(param: &Param<Self>) -> ParamRef<'_>
    where
        Self: Float;
    fn map_param(param: &Param<Self>, mapper: &mut dyn Mapper) -> Param<Self>
    where
        Self: Float;
    fn wrap_param(param: Param<Self>) -> AnyParam
    where
        Self: Float;
    fn peel_param(any: ParamRef<'_>) -> Option<&Param<Self>>
    where
        Self: Float;
    fn peel_buffer(any: BufferRef<'_>) -> Option<&Buffer<Self>>
    where
        Self: Float;
    fn buffer(buffer: &Buffer<Self>) -> BufferRef<'_>
    where
        Self: Float;
    fn map_buffer(buffer: &Buffer<Self>, mapper: &mut dyn Mapper) -> Buffer<Self>
    where
        Self: Float;
}

macro_rules! erase {
    ($type:ty, $variant:ident, $map:ident, $map_buffer:ident) => {
        impl EraseParam for $type {
            fn param(param: &Param<Self>) -> ParamRef<'_> {
                ParamRef::$variant(param)
            }
            fn map_param(param: &Param<Self>, mapper: &mut dyn Mapper) -> Param<Self> {
                mapper.$map(param)
            }
            fn wrap_param(param: Param<Self>) -> AnyParam {
                AnyParam::$variant(param)
            }
            fn peel_param(any: ParamRef<'_>) -> Option<&Param<Self>> {
                if let ParamRef::$variant(param) = any { Some(param) } else { None }
            }
            fn peel_buffer(any: BufferRef<'_>) -> Option<&Buffer<Self>> {
                if let BufferRef::$variant(buffer) = any { Some(buffer) } else { None }
            }
            fn buffer(buffer: &Buffer<Self>) -> BufferRef<'_> {
                BufferRef::$variant(buffer)
            }
            fn map_buffer(buffer: &Buffer<Self>, mapper: &mut dyn Mapper) -> Buffer<Self> {
                mapper.$map_buffer(buffer)
            }
        }
    };
}

erase!(f32, F32, f32, buffer_f32);
erase!(f64, F64, f64, buffer_f64);
