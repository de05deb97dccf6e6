//! The places of a model that a file can fill: parameters and buffers, each once.

use std::collections::BTreeSet;

use super::array::Array;
use crate::array::element::DType;
use crate::array::shape::Shape;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyBuffer, Id, Module, Parameter, ParameterMut, buffers, covers_path, each_param, same_path};
use crate::tensor::any::AnyTensor;

/// A parameter or a buffer of a model.
pub(super) struct Slot {
    /// All its paths, the first one first, each with whether it holds the matrix transposed.
    pub(super) paths: Vec<(String, bool)>,
    target: Target,
}

enum Target {
    Param(Parameter),
    Buffer(AnyBuffer),
}

/// All of them in order: parameters, then buffers.
pub(super) fn slots(model: &impl Module) -> Result<Vec<Slot>> {
    let parameters = model.parameters()?.into_iter().map(Slot::of_parameter);
    let buffers = buffers(model).into_iter().map(|listed| {
        let paths = std::iter::once(listed.path).chain(listed.aliases).map(|path| (path, false)).collect();
        Slot { paths, target: Target::Buffer(listed.handle) }
    });
    let slots: Vec<Slot> = parameters.chain(buffers).collect();
    check_names(&slots)?;
    Ok(slots)
}

fn check_names(slots: &[Slot]) -> Result<()> {
    let mut seen = BTreeSet::new();
    match slots.iter().flat_map(Slot::names).find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(same_path(name)),
    }
}

impl Slot {
    fn of_parameter(parameter: Parameter) -> Self {
        let names = std::iter::once(parameter.path().to_owned()).chain(parameter.aliases().iter().cloned());
        let paths = names.zip(parameter.orientations()).collect();
        Self { paths, target: Target::Param(parameter) }
    }

    /// The first path.
    pub(super) fn path(&self) -> &str {
        &self.paths[0].0
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|(path, _)| path.as_str())
    }

    pub(super) fn is_covered(&self, pattern: &str) -> bool {
        self.names().any(|path| covers_path(pattern, path))
    }

    pub(super) fn id(&self) -> Id {
        match &self.target {
            Target::Param(parameter) => parameter.id(),
            Target::Buffer(buffer) => buffer.id(),
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match &self.target {
            Target::Param(parameter) => parameter.shape(),
            Target::Buffer(buffer) => buffer.shape(),
        }
    }

    pub(super) fn dtype(&self) -> DType {
        match &self.target {
            Target::Param(parameter) => parameter.dtype(),
            Target::Buffer(buffer) => buffer.dtype(),
        }
    }

    pub(super) fn value(&self) -> Array {
        match &self.target {
            Target::Param(parameter) => parameter.get().detach().into(),
            Target::Buffer(buffer) => buffer.as_ref().get().into(),
        }
    }

    /// Whether the parameter was frozen at run time; attributes belong to the program.
    pub(super) fn is_frozen(&self) -> bool {
        matches!(&self.target, Target::Param(parameter) if parameter.handle().is_frozen())
    }

    pub(super) fn freeze(&self, frozen: bool) {
        if let Target::Param(parameter) = &self.target {
            each_param!(AnyParam, parameter.handle(), param => param.freeze(frozen));
        }
    }

    /// Puts a value of the right shape and type.
    pub(super) fn set(self, value: AnyTensor) -> Result<()> {
        match (self.target, value) {
            (Target::Param(parameter), value) => ParameterMut::new(parameter).set(value),
            (Target::Buffer(AnyBuffer::F32(mut buffer)), AnyTensor::F32(value)) => buffer.set(value),
            (Target::Buffer(AnyBuffer::F64(mut buffer)), AnyTensor::F64(value)) => buffer.set(value),
            (Target::Buffer(buffer), value) => {
                let message = format!("expected elements of type {}, found {}", buffer.dtype(), value.dtype());
                Err(Error::new(ErrorKind::Type, "Buffer::set", message))
            }
        }
    }
}
