//! The states of an optimiser in a file.

use std::collections::{BTreeMap, BTreeSet};

use super::array::Array;
use super::checkpoint::{Checkpoint, State};
use super::differences::Differences;
use super::load::{Fit, fitted, of_another_model};
use super::metadata::OPTIMIZER;
use super::slots::Slot;
use crate::array::element::{DType, Element};
use crate::array::shape::Shape;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Id, Segment};
use crate::optim::{Optimizer, ParameterState, Rule};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;
use crate::tensors::{TensorMapper, TensorVisitor, visit_each_element};

/// The states of an optimiser for the parameters in `slots`.
pub(super) fn collect<R: Rule>(slots: &[Slot], optimizer: &Optimizer<R>) -> Result<Vec<State>> {
    let places = places(slots);
    let state = |state: &ParameterState<R>| {
        let slot = places.get(&state.id()).ok_or_else(|| of_another_model(state.path()))?;
        let path = slots[*slot].path().to_owned();
        let mut list = List::default();
        state.visit_tensors(&mut list);
        let mut seen = BTreeSet::new();
        if let Some((name, _)) = list.tensors.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            let message = format!(
                "two tensors in the state of the rule are called {name:?}; give them names by `#[derive(State)]`"
            );
            return Err(Error::new(ErrorKind::Name, path, message));
        }
        let rule = optimizer.rule_name(state);
        Ok(State { path, frozen: state.is_frozen(), rule, tensors: list.tensors })
    };
    optimizer.states().iter().map(state).collect()
}

fn places(slots: &[Slot]) -> DistinctMap<Id, usize> {
    slots.iter().enumerate().map(|(at, slot)| (slot.id(), at)).collect()
}

/// The path of a tensor in a state.
#[derive(Default)]
struct Place(Vec<String>);

impl Place {
    fn name(&self) -> String {
        self.0.join(".")
    }
}

/// The tensors of a state by their names.
#[derive(Default)]
struct List {
    place: Place,
    tensors: Vec<(String, Array)>,
}

impl List {
    fn tensor<E: Element>(&mut self, tensor: &Tensor<E>)
    where
        Array: From<Tensor<E>>,
    {
        self.tensors.push((self.place.name(), tensor.detach().into()));
    }
}

impl TensorVisitor for List {
    fn enter(&mut self, segment: Segment<'_>) {
        self.place.0.push(segment.to_string());
    }
    fn leave(&mut self) {
        self.place.0.pop();
    }
    visit_each_element!(tensor);
}

/// The states that an optimiser will have, by their places; notes in `fit` what does not fit.
pub(super) fn fit<R: Rule>(
    checkpoint: &Checkpoint,
    slots: &[Slot],
    fit: &mut Fit,
    optimizer: &Optimizer<R>,
) -> Result<Vec<(usize, ParameterState<R>)>> {
    let Some(saved) = &checkpoint.states else {
        let message = "there are no states of an optimiser; save them by `Checkpoint::of_training`, or load the model alone \
                       by `Checkpoint::load`";
        return Err(checkpoint.error(ErrorKind::Name, message));
    };
    let places = places(slots);
    let by_array: BTreeMap<usize, &State> =
        saved.iter().filter_map(|state| Some((checkpoint.array_of(&state.path)?, state))).collect();
    let (mut made, mut used) = (Vec::new(), BTreeSet::new());
    for (at, state) in optimizer.states().iter().enumerate() {
        let slot = *places.get(&state.id()).ok_or_else(|| of_another_model(state.path()))?;
        let Some(array) = fit.slots[slot].array else { continue };
        let Some(saved) = by_array.get(&array) else {
            fit.differences.missing.push(format!("{OPTIMIZER}{}", slots[slot].path()));
            continue;
        };
        used.insert(array);
        let differences = &mut fit.differences;
        if let Some((expected, found)) = other_rule(checkpoint, optimizer.rule_name(state), saved) {
            differences.rules.entry((expected, found)).or_default().push(slots[slot].path().to_owned());
            continue;
        }
        let shape = slots[slot].shape();
        let fill = Fill::new(checkpoint, saved, fit.slots[slot].turned, shape, differences);
        made.extend(fill.filled(state).map(|state| (at, state)));
    }
    let chosen = |array: &usize| fit.slots.iter().any(|found| found.array == Some(*array));
    let left = by_array.iter().filter(|(array, _)| chosen(array) && !used.contains(array));
    let left: Vec<String> = left.map(|(_, state)| format!("{OPTIMIZER}{}", state.path)).collect();
    fit.differences.unexpected.extend(left);
    Ok(made)
}

/// The names of the optimiser's rule and the file's, if they differ and that matters.
fn other_rule(checkpoint: &Checkpoint, expected: Option<String>, saved: &State) -> Option<(String, String)> {
    let (expected, found) = (expected?, saved.rule.clone()?);
    (expected != found && !checkpoint.options.any_rule).then_some((expected, found))
}

/// Puts the states that fit.
pub(super) fn put<R: Rule>(optimizer: &mut Optimizer<R>, states: Vec<(usize, ParameterState<R>)>) {
    for (at, state) in states {
        optimizer.put_state(at, state);
    }
}

/// Makes a state of the tensors of a file.
struct Fill<'a> {
    checkpoint: &'a Checkpoint,
    saved: &'a State,
    tensors: BTreeMap<&'a str, &'a Array>,
    used: BTreeSet<String>,
    place: Place,
    /// Whether matrices in the shape of the parameter are transposed.
    turned: bool,
    /// That of the parameter.
    shape: Shape,
    /// Whether the next tensor is one that the fresh state does not have.
    vacant: bool,
    differences: &'a mut Differences,
    failed: bool,
}

impl<'a> Fill<'a> {
    fn new(
        checkpoint: &'a Checkpoint,
        saved: &'a State,
        turned: bool,
        shape: Shape,
        differences: &'a mut Differences,
    ) -> Self {
        let tensors = saved.tensors.iter().map(|(name, array)| (name.as_str(), array)).collect();
        let (used, place) = Default::default();
        Self { checkpoint, saved, tensors, used, place, turned, shape, vacant: false, differences, failed: false }
    }

    fn filled<R: Rule>(mut self, state: &ParameterState<R>) -> Option<ParameterState<R>> {
        let frozen = self.saved.frozen;
        let made = state.mapped(&mut self, frozen);
        let left = self.tensors.keys().filter(|name| !self.used.contains(**name));
        let left: Vec<String> = left.map(|name| self.full_name(name)).collect();
        let complete = !self.failed && left.is_empty();
        self.differences.unexpected.extend(left);
        complete.then_some(made)
    }

    fn full_name(&self, name: &str) -> String {
        format!("{OPTIMIZER}{}:{name}", self.saved.path)
    }

    /// The array for the current place, with the shape that it should have.
    fn next(&mut self, fresh: &[usize]) -> Option<(Array, Shape)> {
        let (name, vacant) = (self.place.name(), std::mem::take(&mut self.vacant));
        let Some(&array) = self.tensors.get(name.as_str()) else {
            self.differences.missing.push(self.full_name(&name));
            self.failed = true;
            return None;
        };
        self.used.insert(name);
        let turned = if self.turned && array.shape().len() == self.shape.rank() { array.transposed() } else { None };
        let array = turned.unwrap_or_else(|| array.clone());
        let single = vacant && array.shape().is_empty();
        let shape = if single {
            Shape::SCALAR
        } else if vacant {
            self.shape
        } else {
            fresh.into()
        };
        Some((array, shape))
    }

    fn real(&mut self, fresh: &[usize], dtype: DType) -> Option<AnyTensor> {
        let name = self.full_name(&self.place.name());
        let (array, shape) = self.next(fresh)?;
        let value = fitted(self.checkpoint, &name, &array, &shape, dtype, self.differences);
        self.failed |= value.is_none();
        value
    }

    fn mis_typed(&mut self, name: String, dtype: DType, array: &Array) {
        self.failed = true;
        self.differences.types.push(format!("`{name}` should hold {dtype}, found {}", array.type_name()));
        self.differences.mis_typed.push(name);
    }

    fn mis_shaped(&mut self, name: String, shape: Shape, found: &[usize]) {
        self.failed = true;
        self.differences.shapes.push(format!("`{name}` should have shape {shape}, found {found:?}"));
        self.differences.mis_shaped.push(name);
    }
}

/// The method for a type that is never cast.
macro_rules! fill_exactly {
    ($type:ident, $variant:ident) => {
        fn $type(&mut self, fresh: &Tensor<$type>) -> Tensor<$type> {
            let name = self.full_name(&self.place.name());
            let Some((array, shape)) = self.next(fresh.shape()) else { return fresh.clone() };
            match &array {
                Array::$variant(tensor) if tensor.shape() == &*shape => return tensor.clone(),
                Array::$variant(tensor) => self.mis_shaped(name, shape, tensor.shape()),
                other => self.mis_typed(name, $type::DTYPE, other),
            }
            fresh.clone()
        }
    };
}

impl TensorMapper for Fill<'_> {
    fn enter(&mut self, segment: Segment<'_>) {
        self.place.0.push(segment.to_string());
    }
    fn leave(&mut self) {
        self.place.0.pop();
    }
    fn keeps(&mut self, present: bool) -> bool {
        let name = self.place.name();
        let below = |other: &&str| super::checkpoint::below(&name, other).is_some();
        let saved = self.tensors.keys().any(below);
        self.vacant = saved && !present;
        saved
    }
    fn f32(&mut self, fresh: &Tensor<f32>) -> Tensor<f32> {
        self.real(fresh.shape(), DType::F32).map_or_else(|| fresh.clone(), |value| value.cast())
    }
    fn f64(&mut self, fresh: &Tensor<f64>) -> Tensor<f64> {
        self.real(fresh.shape(), DType::F64).map_or_else(|| fresh.clone(), |value| value.cast())
    }
    fill_exactly!(usize, Usize);
    fill_exactly!(bool, Bool);
}
