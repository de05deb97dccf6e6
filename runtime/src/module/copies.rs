//! Copies of whole models: deep ones, and second handles; and the memory that keeps ties in anything rebuilt.

use std::any::Any;
use std::fmt;

use super::{AnyParam, Buffer, Id, Mapper, Module, Param, map_each_type};
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::distinct::DistinctMap;
use crate::tensor::Tensor;

pub(super) fn share<M: Module>(model: &M) -> M {
    model.rebuild(&mut Share)
}

pub(super) fn duplicate<M: Module>(model: &M) -> M {
    model.rebuild(&mut Duplicate::default())
}

/// What a [`Mapper`] has made of each parameter and buffer so far: made once, and handed out again at every further
/// handle, so that ties survive. [`Mapper`] has an example.
#[derive(Default)]
pub struct Rebuilt {
    params: DistinctMap<Id, AnyParam>,
    buffers: DistinctMap<Id, Box<dyn Any + Send + Sync>>,
}

impl Rebuilt {
    /// The new parameter that stands for the handle `old`, in the handle's orientation and with its frozen mark.
    ///
    /// At the first handle `change` makes the value of the new parameter from that of the old one, both in the
    /// orientation in which the parameter was made.
    ///
    /// # Panics
    ///
    /// When `change` makes something other than a matrix of a parameter that has a transposed handle.
    #[track_caller]
    pub fn param<F: Float>(&mut self, old: &Param<F>, change: impl FnOnce(Tensor<F>) -> Tensor<F>) -> Param<F> {
        let Some(param) = self.param_as(old, change) else { unreachable!("one parameter has one element type") };
        let (value, turned) = (param.stored(), param.is_transposed());
        assert!(
            !turned || value.rank() == 2,
            "Rebuilt::param: the parameter has a transposed handle, so its new value should be a matrix, found shape {:?}",
            value.shape()
        );
        param
    }

    /// The new buffer that stands for the handle `old`; at the first handle `change` makes its value.
    pub fn buffer<F: Float>(&mut self, old: &Buffer<F>, change: impl FnOnce(Tensor<F>) -> Tensor<F>) -> Buffer<F> {
        self.buffer_as(old, change).unwrap_or_else(|| unreachable!("one buffer has one element type"))
    }

    /// Like [`param`](Self::param) with another element type; `None` if the parameter has already got a different one.
    pub(super) fn param_as<F: Float, U: Float>(
        &mut self,
        old: &Param<F>,
        change: impl FnOnce(Tensor<F>) -> Tensor<U>,
    ) -> Option<Param<U>> {
        let made = self.params.entry(old.id()).or_insert_with(|| U::wrap_param(old.renewed(change(old.stored()))));
        U::peel_param(made.as_ref()).map(|param| param.oriented(old.is_transposed()))
    }

    /// Like [`buffer`](Self::buffer) with another element type; `None` if the buffer has already got a different one.
    pub(super) fn buffer_as<F: Float, U: Float>(
        &mut self,
        old: &Buffer<F>,
        change: impl FnOnce(Tensor<F>) -> Tensor<U>,
    ) -> Option<Buffer<U>> {
        let made = self.buffers.entry(old.id()).or_insert_with(|| Box::new(old.renewed(change(old.get()))));
        made.downcast_ref().map(Buffer::share)
    }
}

impl fmt::Debug for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rebuilt {{ {} parameters, {} buffers }}", self.params.len(), self.buffers.len())
    }
}

struct Share;

impl Share {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        param.share()
    }
}

impl Mapper for Share {
    map_each_type!(param);
}

#[derive(Default)]
struct Duplicate {
    made: Rebuilt,
}

impl Duplicate {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        self.made.param(param, |value| copied(&value))
    }

    fn buffer<F: Float>(&mut self, buffer: &Buffer<F>) -> Buffer<F> {
        self.made.buffer(buffer, |value| copied(&value))
    }
}

impl Mapper for Duplicate {
    map_each_type!(param, buffer);
}

/// Elements of its own, so that the first step in place after a copy copies nothing. A tracked tensor stays tracked.
fn copied<E: Element>(tensor: &Tensor<E>) -> Tensor<E> {
    let array = Array::copied(tensor.as_slice(), *tensor.shape_value());
    Tensor { array, node: tensor.node.clone() }
}
