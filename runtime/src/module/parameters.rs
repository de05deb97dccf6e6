//! The parameters of a model, each once, with all its paths.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use super::{AnyParam, Id, Module, Names, ParamRef, Path, Segment, Visitor};
use crate::array::element::DType;
use crate::array::shape::Shape;
use crate::distinct::{DistinctMap, DistinctSet};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::any::AnyTensor;

/// A parameter of a model with its paths, and a live handle, from [`Module::parameters`].
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let mut model = vec![Param::new(Tensor::<f64>::zeros([3, 2]))];
/// let parameter = model.parameters()?.remove(0);
/// model[0].set(Tensor::ones([3, 2]))?;
/// assert_eq!((parameter.path(), parameter.get().to_f64_vec()), ("0", vec![1.0; 6]));
/// # Ok::<(), recurve::Error>(())
/// ```
pub struct Parameter {
    /// Those of all parameters in one string: a list of hundreds is made often.
    names: Arc<Names>,
    name: Range<usize>,
    aliases: Vec<String>,
    /// Whether the first path holds the matrix transposed.
    transposed: bool,
    /// Whether each alias does.
    transposed_aliases: Vec<bool>,
    handle: AnyParam,
    frozen_by_attribute: bool,
}

impl Parameter {
    /// The first path: field names, places and keys, joined by dots.
    pub fn path(&self) -> &str {
        self.names.get(&self.name)
    }

    /// The further paths at which the same parameter is used.
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// The live handle, in the orientation in which the parameter was made.
    pub fn handle(&self) -> &AnyParam {
        &self.handle
    }

    /// The identity.
    pub fn id(&self) -> Id {
        self.handle.id()
    }

    /// The shape, in the orientation in which the parameter was made.
    pub fn shape(&self) -> Shape {
        self.handle.shape()
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.handle.dtype()
    }

    /// The current value, in the orientation in which the parameter was made; tracked in a twin.
    pub fn get(&self) -> AnyTensor {
        self.handle.get()
    }

    /// Whether training skips the parameter, because of its field's attribute or of [`Module::freeze`].
    pub fn is_frozen(&self) -> bool {
        self.frozen_by_attribute || self.handle.is_frozen()
    }

    pub(crate) fn is_frozen_by_attribute(&self) -> bool {
        self.frozen_by_attribute
    }

    /// Whether the first path holds the matrix transposed.
    pub(crate) fn is_transposed(&self) -> bool {
        self.transposed
    }

    /// Whether the first path, and each alias, holds the matrix transposed.
    pub(crate) fn orientations(&self) -> impl Iterator<Item = bool> {
        std::iter::once(self.transposed).chain(self.transposed_aliases.iter().copied())
    }

    /// The aliases in one line, each with its orientation relative to the first path.
    pub(crate) fn aliases_in_words(&self) -> String {
        let turned = self.transposed_aliases.iter().map(|transposed| *transposed != self.transposed);
        let word =
            |(alias, turned): (&String, bool)| if turned { format!("{alias} transposed") } else { alias.clone() };
        self.aliases.iter().zip(turned).map(word).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Parameter");
        fields.field("path", &self.path()).field("aliases", &self.aliases).field("handle", &self.handle);
        fields.finish_non_exhaustive()
    }
}

/// A parameter of a model that is borrowed for writing, from [`Module::trainables_mut`]. Dereferences to [`Parameter`].
#[derive(Debug)]
pub struct ParameterMut<'a> {
    parameter: Parameter,
    model: PhantomData<&'a mut ()>,
}

impl ParameterMut<'_> {
    pub(crate) fn new(parameter: Parameter) -> Self {
        Self { parameter, model: PhantomData }
    }

    /// Replaces the value; shapes are in the orientation in which the parameter was made.
    ///
    /// # Errors
    ///
    /// When the shape or the element type differs; the parameter is unchanged then.
    pub fn set(&mut self, value: impl Into<AnyTensor>) -> Result<()> {
        let (value, expected) = (value.into(), self.dtype());
        let outcome = match (&mut self.parameter.handle, value) {
            (AnyParam::F32(param), AnyTensor::F32(value)) => param.set(value),
            (AnyParam::F64(param), AnyTensor::F64(value)) => param.set(value),
            (_, value) => {
                let message = format!("expected elements of type {expected}, found {}", value.dtype());
                Err(Error::new(ErrorKind::Type, "Param::set", message))
            }
        };
        outcome.map_err(|error| error.within(self.parameter.path()))
    }
}

impl std::ops::Deref for ParameterMut<'_> {
    type Target = Parameter;

    fn deref(&self) -> &Parameter {
        &self.parameter
    }
}

thread_local! {
    /// The length of the list that this thread made last. A training step lists the same model again and again.
    static LAST_COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The most parameters for which a list makes room before it has seen any.
const MOST_EXPECTED: usize = 4096;

/// Collects handles: each parameter once, in the order of first sight.
pub(crate) struct Registry {
    pub(crate) path: Path,
    pub(crate) listing: Listing,
    problem: Option<Error>,
}

/// The parameters of a model in the order of their first paths.
pub(crate) struct Listing {
    pub(crate) names: Names,
    pub(crate) entries: Vec<Listed>,
    pub(crate) index: DistinctMap<Id, usize>,
}

/// A parameter in a [`Listing`].
pub(crate) struct Listed {
    pub(crate) name: Range<usize>,
    /// Whether the first path holds the matrix transposed.
    pub(crate) transposed: bool,
    pub(crate) handle: AnyParam,
    frozen_by_attribute: bool,
    aliases: Vec<Alias>,
}

struct Alias {
    name: Range<usize>,
    transposed: bool,
}

impl Listed {
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen_by_attribute || self.handle.is_frozen()
    }
}

impl Default for Registry {
    fn default() -> Self {
        let expected = LAST_COUNT.try_with(Cell::get).unwrap_or(0).min(MOST_EXPECTED);
        Self { path: Path::default(), listing: Listing::with_capacity(expected), problem: None }
    }
}

impl Registry {
    /// Notes a handle at the current path and returns the parameter's place. At the first sight of the parameter
    /// `listed` makes the handle in the list, upright; it gets the place, and whether the path is frozen.
    #[inline]
    pub(crate) fn note(&mut self, param: ParamRef<'_>, listed: impl FnOnce(usize, bool) -> AnyParam) -> usize {
        let Listing { names, entries, index } = &mut self.listing;
        let (frozen, transposed) = (self.path.is_frozen(), param.is_transposed());
        let name = names.add(self.path.as_str());
        let next = entries.len();
        let at = *index.entry(param.id()).or_insert(next);
        if at == next {
            let (handle, aliases) = (listed(at, frozen), Vec::new());
            entries.push(Listed { name, transposed, handle, frozen_by_attribute: frozen, aliases });
            return at;
        }
        let entry = &mut entries[at];
        if entry.frozen_by_attribute != frozen && self.problem.is_none() {
            let (first, second) = (names.get(&entry.name), names.get(&name));
            let (marked, bare) = if frozen { (second, first) } else { (first, second) };
            let message = format!(
                "the parameter is marked `#[module(frozen)]`, but the same parameter at `{bare}` is not; mark both \
                 fields or neither"
            );
            self.problem = Some(Error::new(ErrorKind::Sharing, marked.to_owned(), message));
        }
        entry.aliases.push(Alias { name, transposed });
        at
    }

    /// The list, unless the traversal met a contradiction.
    pub(crate) fn finish(mut self) -> Result<Listing> {
        LAST_COUNT.try_with(|last| last.set(self.listing.entries.len())).ok();
        match self.path.take_problem().or(self.problem) {
            Some(problem) => Err(problem),
            None => Ok(self.listing),
        }
    }
}

impl Visitor for Registry {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamRef<'_>) {
        self.note(param, |_, _| param.to_any());
    }
}

impl Listing {
    fn with_capacity(count: usize) -> Self {
        let mut index = DistinctMap::default();
        index.reserve(count);
        Self { names: Names::default(), entries: Vec::with_capacity(count), index }
    }

    /// The parameters of a model whose names and marks must not contradict each other.
    pub(crate) fn strict(model: &impl Module) -> Result<Self> {
        let mut registry = Registry::default();
        model.visit(&mut registry);
        let listing = registry.finish()?;
        listing.check_names()?;
        Ok(listing)
    }

    /// The parameters of a model, whatever their names.
    pub(crate) fn lenient(model: &impl Module) -> Self {
        let mut registry = Registry::default();
        model.visit(&mut registry);
        registry.listing
    }

    pub(crate) fn name(&self, at: usize) -> &str {
        self.names.get(&self.entries[at].name)
    }

    pub(crate) fn count(&self) -> usize {
        self.entries.iter().map(|entry| entry.handle.shape().count()).sum()
    }

    pub(crate) fn into_parameters(self, keep: impl Fn(&Parameter) -> bool) -> Vec<Parameter> {
        let names = Arc::new(self.names);
        let parameter = |entry: Listed| Parameter {
            aliases: entry.aliases.iter().map(|alias| names.get(&alias.name).to_owned()).collect(),
            transposed: entry.transposed,
            transposed_aliases: entry.aliases.iter().map(|alias| alias.transposed).collect(),
            names: names.clone(),
            name: entry.name,
            handle: entry.handle,
            frozen_by_attribute: entry.frozen_by_attribute,
        };
        let mut parameters = Vec::with_capacity(self.entries.len());
        parameters.extend(self.entries.into_iter().map(parameter).filter(keep));
        parameters
    }

    fn check_names(&self) -> Result<()> {
        let mut seen = DistinctSet::default();
        seen.reserve(self.entries.len());
        let all = self.entries.iter().flat_map(|entry| {
            let aliases = entry.aliases.iter().map(|alias| &alias.name);
            std::iter::once(&entry.name).chain(aliases)
        });
        match all.map(|name| self.names.get(name)).find(|name| !seen.insert(*name)) {
            None => Ok(()),
            Some(name) => Err(same_path(name)),
        }
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.entries.len()).map(|at| self.name(at))).finish()
    }
}

pub(crate) fn same_path(path: &str) -> Error {
    Error::new(ErrorKind::Name, path.to_owned(), "two parameters have this path; rename a field or a map key")
}
