//! Two models of one type side by side, and passes that see names.

use super::{
    BufferRef, Id, Mapper, Module, Param, ParamRef, Parameter, Path, Rebuilt, Segment, Visitor, map_each_type,
};
use crate::array::element::Float;
use crate::check::check_shape;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

/// A parameter of one model and that at the same place of another of the same type, from [`Module::zip`].
#[derive(Debug)]
pub struct Pair {
    first: Parameter,
    second: Parameter,
}

impl Pair {
    /// The first path, which both have.
    pub fn path(&self) -> &str {
        self.first.path()
    }

    /// The parameter of the first model.
    pub fn first(&self) -> &Parameter {
        &self.first
    }

    /// The parameter of the second model.
    pub fn second(&self) -> &Parameter {
        &self.second
    }

    /// The two values, both in the orientation in which the first parameter was made; `None` if their elements have
    /// another type than `F`.
    pub fn values<F: Float>(&self) -> Option<(Tensor<F>, Tensor<F>)> {
        let first = self.first.handle().typed::<F>()?.stored();
        Some((first, self.second().get().get::<F>().map(|value| self.turned(value))?))
    }

    /// The second value in the orientation of the first parameter.
    pub(crate) fn second_value(&self) -> AnyTensor {
        each_type!(self.second.get(), value => self.turned(&value).into())
    }

    fn turned<F: Float>(&self, value: &Tensor<F>) -> Tensor<F> {
        let turned = self.first.is_transposed() != self.second.is_transposed();
        if turned { value.transpose(0, 1) } else { value.clone() }
    }
}

/// The parameters of two models, if they have the same names and ties. `place` and `what` are for the error.
pub(crate) fn pairs<M: Module>(first: &M, second: &M, place: &'static str, what: &str) -> Result<Vec<Pair>> {
    let (own, given) = (first.parameters()?, second.parameters()?);
    for at in 0..own.len().max(given.len()) {
        compare(own.get(at), given.get(at), place, what)?;
    }
    Ok(own.into_iter().zip(given).map(|(first, second)| Pair { first, second }).collect())
}

/// Whether two models of one type agree on a parameter: its path, its aliases and their orientations.
fn compare(own: Option<&Parameter>, given: Option<&Parameter>, place: &'static str, what: &str) -> Result<()> {
    let words = |parameter: Option<&Parameter>| match parameter {
        None => "no further parameter".to_owned(),
        Some(parameter) if parameter.aliases().is_empty() => format!("`{}`", parameter.path()),
        Some(parameter) => format!("`{}` (shared with {})", parameter.path(), parameter.aliases_in_words()),
    };
    let (expected, found) = (words(own), words(given));
    if expected == found {
        return Ok(());
    }
    let message = format!("{what} should have {expected} here, found {found}");
    Err(Error::new(ErrorKind::Sharing, place, message))
}

/// The pairs of two models whose parameters also have the same sizes and types.
pub(super) fn zip<M: Module>(first: &M, second: &M) -> Result<Vec<Pair>> {
    let pairs = pairs(first, second, "zip", "the second model")?;
    for pair in &pairs {
        let (expected, found) = (pair.first.dtype(), pair.second.dtype());
        if expected != found {
            let message = format!("expected elements of type {expected} in the second model, found {found}");
            return Err(Error::new(ErrorKind::Type, pair.path().to_owned(), message));
        }
        let value = pair.second_value();
        check_shape("zip", "the second model", value.shape(), &pair.first.shape())
            .map_err(|error| error.within(pair.path()))?;
    }
    Ok(pairs)
}

pub(super) fn zip_with<M: Module, F: Float>(
    first: &M,
    second: &M,
    mut combine: impl FnMut(&str, &Tensor<F>, &Tensor<F>) -> Tensor<F>,
) -> Result<M> {
    let pairs = zip(first, second)?;
    let values = pairs.iter().map(|pair| {
        let (own, other) = pair.values::<F>().ok_or_else(|| other_type::<F>("zip_with", &pair.first))?;
        checked("zip_with", &pair.first, combine(pair.path(), &own, &other))
    });
    Ok(first.rebuild(&mut Put { values: values.collect::<Result<_>>()?, made: Rebuilt::default() }))
}

pub(super) fn map_params<M: Module, F: Float>(
    model: &M,
    mut change: impl FnMut(&str, &Tensor<F>) -> Tensor<F>,
) -> Result<M> {
    let parameters = model.parameters()?;
    let values = parameters.iter().map(|parameter| {
        let param = parameter.handle().typed::<F>().ok_or_else(|| other_type::<F>("map_params", parameter))?;
        checked("map_params", parameter, change(parameter.path(), &param.stored()))
    });
    Ok(model.rebuild(&mut Put { values: values.collect::<Result<_>>()?, made: Rebuilt::default() }))
}

fn checked<F: Float>(place: &'static str, parameter: &Parameter, value: Tensor<F>) -> Result<(Id, AnyTensor)> {
    check_shape(place, "the result", value.shape(), &parameter.shape())
        .map_err(|error| error.within(parameter.path()))?;
    Ok((parameter.id(), value.into()))
}

fn other_type<F: Float>(place: &str, parameter: &Parameter) -> Error {
    let message = format!(
        "expected elements of type {}, found {}; `{place}` works on models of one element type",
        F::DTYPE,
        parameter.dtype()
    );
    Error::new(ErrorKind::Type, parameter.path().to_owned(), message)
}

/// Puts new values for all parameters.
struct Put {
    values: DistinctMap<Id, AnyTensor>,
    made: Rebuilt,
}

impl Put {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        let value = self.values.get(&param.id()).and_then(AnyTensor::get::<F>);
        self.made.param(param, |old| value.cloned().unwrap_or(old))
    }
}

impl Mapper for Put {
    map_each_type!(param);
}

/// A handle in a model, as [`Module::walk`] shows it.
// Variants called `Param` and `Buffer` would make the compiler write `recurve::Param` for the type in its messages.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Leaf<'a> {
    /// Of a parameter.
    ParamHandle(ParamRef<'a>),
    /// Of a buffer.
    BufferHandle(BufferRef<'a>),
}

pub(super) fn walk(model: &impl Module, see: &mut dyn FnMut(&str, Leaf<'_>)) -> Result<()> {
    let mut walk = Walk { path: Path::default(), see };
    model.visit(&mut walk);
    walk.path.take_problem().map_or(Ok(()), Err)
}

struct Walk<'a> {
    path: Path,
    see: &'a mut dyn FnMut(&str, Leaf<'_>),
}

impl Visitor for Walk<'_> {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamRef<'_>) {
        (self.see)(self.path.as_str(), Leaf::ParamHandle(param));
    }

    fn buffer(&mut self, buffer: BufferRef<'_>) {
        (self.see)(self.path.as_str(), Leaf::BufferHandle(buffer));
    }
}

#[cfg(test)]
mod tests;
