//! What generated code may name. Not public API: it changes without notice.

pub use crate::module::{Caster, Mapper, Visitor};
pub use crate::recurrent::generated::{
    add_optional, axis, buffer, check_input, check_sizes, concat, constant, context_size, optional, or_zeros,
    parameter, same, size, solve, some_parameter,
};
pub use crate::simd::elementwise;
pub use crate::tensors::{TensorMapper, TensorVisitor};
pub use recurve_macros::recurrent;

use crate::array::element::Float;
use crate::module::{Cast, Module, Segment, cast_at, rebuild_at, visit_at};
use crate::tensors::{self, Tensors};

/// Shows one named child to a visitor.
pub fn visit<M: Module>(module: &M, name: &'static str, visitor: &mut dyn Visitor) {
    visit_at(module, Segment::Field(name), false, visitor);
}

/// Shows one named child whose field is marked frozen to a visitor.
pub fn visit_frozen<M: Module>(module: &M, name: &'static str, visitor: &mut dyn Visitor) {
    visit_at(module, Segment::Field(name), true, visitor);
}

/// Rebuilds one named child.
pub fn rebuild<M: Module>(module: &M, name: &'static str, mapper: &mut dyn Mapper) -> M {
    rebuild_at(module, Segment::Field(name), false, mapper)
}

/// Rebuilds one named child whose field is marked frozen.
pub fn rebuild_frozen<M: Module>(module: &M, name: &'static str, mapper: &mut dyn Mapper) -> M {
    rebuild_at(module, Segment::Field(name), true, mapper)
}

/// Rebuilds one named child with another element type.
pub fn cast<M: Cast<U>, U: Float>(module: &M, name: &'static str, caster: &mut Caster) -> M::Output {
    cast_at(module, Segment::Field(name), false, caster)
}

/// Rebuilds one named child whose field is marked frozen with another element type.
pub fn cast_frozen<M: Cast<U>, U: Float>(module: &M, name: &'static str, caster: &mut Caster) -> M::Output {
    cast_at(module, Segment::Field(name), true, caster)
}

/// Copies a skipped field into a rebuilt tree.
pub fn keep<T: Keep>(value: &T) -> T {
    value.clone()
}

/// What a skipped field can be.
#[diagnostic::on_unimplemented(
    message = "the skipped field's type `{Self}` is not `Clone`",
    note = "a model is rebuilt for each gradient, and skipped fields are cloned: derive `Clone`, or put large data \
            into an `Arc`"
)]
pub trait Keep: Clone {}

impl<T: Clone> Keep for T {}

/// Shows one named field of a state to a visitor.
pub fn visit_tensors<S: Tensors>(state: &S, name: &'static str, visitor: &mut dyn TensorVisitor) {
    tensors::visit_at(state, Segment::Field(name), visitor);
}

/// Rebuilds one named field of a state.
pub fn map_tensors<S: Tensors>(state: &S, name: &'static str, mapper: &mut dyn TensorMapper) -> S {
    tensors::map_at(state, Segment::Field(name), mapper)
}

/// What a compiled scan executes: plans, and loops of cells.
pub mod scan {
    pub use crate::recurrent::engine::{
        Call, Data, Equations, Fields, FromTensors, Kernels, Reads, Results, RowKernel, run_plan, scan, sizes,
    };
    pub use crate::recurrent::plan::PlanText;
    pub use crate::recurrent::stepper::stepper;

    /// The number of a loop.
    pub type Number = usize;
    /// Of the header of a cell.
    pub type Sizes = Vec<usize>;
    /// Hyper-parameters.
    pub type Numbers = Vec<f64>;

    /// The elements of a list, also where no trait is in scope.
    pub fn vector<T, const N: usize>(elements: [T; N]) -> Vec<T> {
        Vec::from(elements)
    }
}

/// Loops for the vector units of the machine, and the functions for their bodies.
pub mod simd {
    pub use crate::simd::*;
}

/// Products with packed matrices.
pub mod packed {
    pub use crate::packed::*;
}
