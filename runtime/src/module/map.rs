//! Copies of whole models: deep ones, and second handles.

use std::collections::HashMap;

use super::{AnyParam, Buffer, Id, Mapper, Module, Param, Segment, map_each_type};
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::tensor::Tensor;

pub(super) fn share<M: Module>(model: &M) -> M {
    model.map(&mut Share)
}

pub(super) fn duplicate<M: Module>(model: &M) -> M {
    model.map(&mut Duplicate::default())
}

struct Share;

impl Share {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        param.share()
    }
}

impl Mapper for Share {
    fn enter(&mut self, _: Segment<'_>, _: bool) {}
    fn leave(&mut self) {}
    map_each_type!(param);
}

/// Makes each parameter and buffer anew once, and hands out further handles of the new one.
#[derive(Default)]
struct Duplicate {
    params: HashMap<Id, AnyParam>,
    buffers_f32: HashMap<Id, Buffer<f32>>,
    buffers_f64: HashMap<Id, Buffer<f64>>,
}

impl Duplicate {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        let copy =
            self.params.entry(param.id()).or_insert_with(|| F::wrap_param(param.renewed(copied(&param.stored()))));
        let copy = F::peel_param(copy).unwrap_or_else(|| unreachable!("one parameter has one element type"));
        copy.oriented(param.is_transposed())
    }
}

impl Mapper for Duplicate {
    fn enter(&mut self, _: Segment<'_>, _: bool) {}
    fn leave(&mut self) {}
    map_each_type!(param);

    fn buffer_f32(&mut self, buffer: &Buffer<f32>) -> Buffer<f32> {
        self.buffers_f32.entry(buffer.id()).or_insert_with(|| buffer.renewed(copied(&buffer.get()))).share()
    }

    fn buffer_f64(&mut self, buffer: &Buffer<f64>) -> Buffer<f64> {
        self.buffers_f64.entry(buffer.id()).or_insert_with(|| buffer.renewed(copied(&buffer.get()))).share()
    }
}

/// Elements of its own, so that the first step in place after a copy copies nothing. A tracked tensor stays tracked.
fn copied<E: Element>(tensor: &Tensor<E>) -> Tensor<E> {
    let array = Array::copied(tensor.as_slice(), *tensor.shape_value());
    Tensor { array, node: tensor.node.clone() }
}
