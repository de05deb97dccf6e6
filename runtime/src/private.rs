//! What generated code may name. Not public API: it changes without notice.

pub use crate::module::{Caster, Mapper, Visitor};
pub use crate::tensors::{TensorMapper, TensorVisitor};

use crate::array::element::Float;
use crate::module::{Cast, Module, Segment};
use crate::tensors::Tensors;

/// Shows one named child to a visitor.
pub fn visit<M: Module>(module: &M, name: &'static str, visitor: &mut dyn Visitor) {
    visitor.enter(Segment::Field(name), false);
    module.visit(visitor);
    visitor.leave();
}

/// Shows one named child whose field is marked frozen to a visitor.
pub fn visit_frozen<M: Module>(module: &M, name: &'static str, visitor: &mut dyn Visitor) {
    visitor.enter(Segment::Field(name), true);
    module.visit(visitor);
    visitor.leave();
}

/// Rebuilds one named child.
pub fn rebuild<M: Module>(module: &M, name: &'static str, mapper: &mut dyn Mapper) -> M {
    mapper.enter(Segment::Field(name), false);
    let mapped = module.rebuild(mapper);
    mapper.leave();
    mapped
}

/// Rebuilds one named child whose field is marked frozen.
pub fn rebuild_frozen<M: Module>(module: &M, name: &'static str, mapper: &mut dyn Mapper) -> M {
    mapper.enter(Segment::Field(name), true);
    let mapped = module.rebuild(mapper);
    mapper.leave();
    mapped
}

/// Rebuilds one named child with another element type.
pub fn cast<M: Cast<U>, U: Float>(module: &M, name: &'static str, caster: &mut Caster) -> M::Output {
    caster.enter(Segment::Field(name), false);
    let cast = module.cast_with(caster);
    caster.leave();
    cast
}

/// Rebuilds one named child whose field is marked frozen with another element type.
pub fn cast_frozen<M: Cast<U>, U: Float>(module: &M, name: &'static str, caster: &mut Caster) -> M::Output {
    caster.enter(Segment::Field(name), true);
    let cast = module.cast_with(caster);
    caster.leave();
    cast
}

/// Rebuilds one named child whose type does not follow the element type.
pub fn rebuild_same<M: Module>(module: &M, name: &'static str, caster: &mut Caster) -> M {
    rebuild(module, name, caster)
}

/// Rebuilds one named child whose field is marked frozen and whose type does not follow the element type.
pub fn rebuild_same_frozen<M: Module>(module: &M, name: &'static str, caster: &mut Caster) -> M {
    rebuild_frozen(module, name, caster)
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
    visitor.enter(Segment::Field(name));
    state.visit_tensors(visitor);
    visitor.leave();
}

/// Rebuilds one named field of a state.
pub fn map_tensors<S: Tensors>(state: &S, name: &'static str, mapper: &mut dyn TensorMapper) -> S {
    mapper.enter(Segment::Field(name));
    let mapped = state.map_tensors(mapper);
    mapper.leave();
    mapped
}
