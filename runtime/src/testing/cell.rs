//! The check of a cell against its own definition: the loop over its steps, and differences of its outputs.

use std::fmt;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::parts::{InputPart, Named, Part, Ways, list, same, with_reals};
use crate::array::element::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::recurrent::{Cell, CompiledCell, Sequence, short_name};
use crate::tensor::Tensor;

const STEPS: [usize; 4] = [0, 1, 2, 5];
const BATCHES: [usize; 3] = [0, 1, 3];
/// Of the sequences of the last size, in the check of lengths.
const LENGTHS: [usize; 3] = [5, 2, 0];

/// Checks a cell in f64 against its own definition, for all `T` of 0, 1, 2, 5 and all `B` of 0, 1, 3.
///
/// `draw` makes inputs for a number of steps `T` and of sequences `B`, each tensor `[T, B, …]` and each context `[B, …]`,
/// from the generator that it is given: random numbers, another one for each step. The generator is seeded, so a failure repeats itself.
///
/// - [`scan`](Cell::scan) and [`scan_steps`](Cell::scan_steps) give the outputs and the last state of a loop over
///   [`step`](Cell::step), up to `1e-12 (1 + |value|)`.
/// - Without steps the outputs are empty, of the right shape, and the state is the one before.
/// - Without steps or sequences each parameter still has a gradient, of zeros.
/// - The gradients of all trainable parameters, of the inputs and of the state before the first step agree with
///   differences, tensor by tensor along random directions; up to `1e-6 (1 + |slope|)`.
/// - With lengths each sequence has the outputs, the state and the gradients that it has alone, and zeros behind its end.
///
/// The state before the first step is drawn too: [`initial_state`](Cell::initial_state) plus numbers from 0.2 to 0.8,
/// so that a state that starts positive stays so. Only f64 tensors take part in the check of gradients.
///
/// A cell that stops a gradient on purpose ([`Tensor::detach`]) fails the check, and so does one whose outputs jump
/// where the inputs happen to be.
///
/// # Errors
///
/// When one of these does not hold: `T`, `B`, the tensor and both numbers; when the cell, its inputs or its state hold f32;
/// when `draw` makes other sizes, or the same for all steps; and what the cell itself returns as an error.
///
/// ```
/// use recurve::testing::check_cell_with;
/// use recurve::{Gru, Tensor, rand::{SeedableRng, rngs::StdRng}};
///
/// let gru = Gru::<f64>::with_dtype(3, 4, &mut StdRng::seed_from_u64(1));
/// let check = check_cell_with(&gru, |steps, batch, rng| Tensor::normal([steps, batch, 3], 0.0, 1.0, rng))?;
/// assert_eq!(check.tensors.len(), 10 + 1 + 1); // parameters, input, state
/// println!("{check}");
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "gradcheck")]
pub fn check_cell_with<C: Cell>(cell: &C, draw: impl Fn(usize, usize, &mut StdRng) -> C::Input) -> Result<CellCheck> {
    let mut check = CellCheck { cell: short_name::<C>().to_owned(), tensors: Vec::new() };
    let regular = Trial::new(cell, &draw, 5, 3)?;
    let present = [Start::Given, Start::Initial].map(|start| regular.presence(start));
    let [given, initial] = present;
    let (given, initial) = (given?, initial?);
    for (steps, batch) in STEPS.into_iter().flat_map(|steps| BATCHES.map(|batch| (steps, batch))) {
        let trial = Trial::new(cell, &draw, steps, batch)?;
        trial.values_agree()?;
        if steps == 0 {
            trial.outputs_are_empty(&Trial::new(cell, &draw, 1, batch)?)?;
        }
        trial.check_slopes(Start::Given, &given, &mut check)?;
        trial.check_slopes(Start::Initial, &initial, &mut check)?;
    }
    let trial = Trial { lengths: Some(&LENGTHS), ..regular };
    trial.sequences_are_alone(&LENGTHS)?;
    trial.check_slopes(Start::Given, &given, &mut check)?;
    Ok(check)
}

/// Checks a cell that [`recurrent!`](crate::recurrent) made, as [`check_cell_with`] does, with inputs of its own making.
///
/// Inputs are random numbers between 0.2 and 1.2, so that an input may be a time difference or the argument of a
/// logarithm; sizes that only contexts know are 4, 5, …, in the order of the contexts. For other inputs use
/// [`check_cell_with`].
///
/// # Errors
///
/// As [`check_cell_with`].
///
/// ```
/// use recurve::testing::check_cell;
/// use recurve::{Gru, rand::{SeedableRng, rngs::StdRng}};
///
/// check_cell(&Gru::<f64>::with_dtype(3, 4, &mut StdRng::seed_from_u64(1)))?;
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn check_cell<C: CompiledCell>(cell: &C) -> Result<CellCheck> {
    check_cell_with(cell, |steps, batch, rng| {
        let mut sizes = 4..;
        cell.input_from(&mut |_| sizes.next().unwrap_or(4), &mut |input| {
            let time = if input.context { None } else { Some(steps) };
            let shape: Vec<usize> = time.into_iter().chain([batch]).chain(input.sizes.iter().copied()).collect();
            Tensor::uniform(shape, 0.2, 1.2, rng)
        })
    })
}

/// What [`check_cell_with`] found. `Display` is a table, one line for each tensor.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CellCheck {
    /// The name of the cell's type.
    pub cell: String,
    /// The tensors whose gradients agree with differences.
    pub tensors: Vec<CheckedTensor>,
}

/// A tensor in a [`CellCheck`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedTensor {
    /// As in messages: a parameter's path, or `inputs` or `state` with the path inside of it.
    pub name: String,
    /// The largest error of a slope against differences, relative to 1 + its size.
    pub error: f64,
}

impl CellCheck {
    pub(super) fn note(&mut self, name: &str, error: f64) {
        match self.tensors.iter_mut().find(|tensor| tensor.name == name) {
            Some(tensor) => tensor.error = tensor.error.max(error),
            None => self.tensors.push(CheckedTensor { name: name.to_owned(), error }),
        }
    }
}

impl fmt::Display for CellCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: right for T of {STEPS:?} and B of {BATCHES:?}, and with lengths {LENGTHS:?}", self.cell)?;
        let width = self.tensors.iter().map(|tensor| tensor.name.len()).max().unwrap_or(0);
        for CheckedTensor { name, error } in &self.tensors {
            writeln!(f, "  {name:width$}  error of its gradient at most {error:.1e}")?;
        }
        Ok(())
    }
}

/// Where a scan starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// At the state that was drawn.
    Given,
    /// At the cell's own initial state.
    Initial,
}

/// A cell with inputs and a state of one size.
pub(super) struct Trial<'a, C: Cell> {
    pub(super) cell: &'a C,
    pub(super) place: String,
    pub(super) steps: usize,
    pub(super) batch: usize,
    lengths: Option<&'a [usize]>,
    pub(super) inputs: C::Input,
    pub(super) state: C::State,
}

impl<'a, C: Cell> Trial<'a, C> {
    fn new(
        cell: &'a C,
        draw: &impl Fn(usize, usize, &mut StdRng) -> C::Input,
        steps: usize,
        batch: usize,
    ) -> Result<Self> {
        let place = format!("check_cell_with: {} at T = {steps}, B = {batch}", short_name::<C>());
        let mut rng = StdRng::seed_from_u64((10 * steps + batch) as u64);
        let inputs = draw(steps, batch, &mut rng);
        let initial = cell.initial_state(batch).map_err(|error| error.within(&place))?;
        let state = with_reals(&initial, |start| start + Tensor::uniform(*start.shape_value(), 0.2, 0.8, &mut rng));
        let trial = Self { cell, place, steps, batch, lengths: None, inputs, state };
        trial.check_types()?;
        trial.check_inputs()?;
        Ok(trial)
    }

    pub(super) fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, self.place.clone(), message)
    }

    fn check_types(&self) -> Result<()> {
        let parameters = self.cell.parameters()?;
        let parameters = parameters.iter().map(|parameter| (parameter.path(), parameter.dtype()));
        let (inputs, state) = (list("inputs", &self.inputs), list("state", &self.state));
        let tensors = inputs.iter().chain(&state).map(|tensor| (&*tensor.path, tensor.dtype));
        match parameters.chain(tensors).find(|(_, dtype)| *dtype == DType::F32) {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!(
                    "`{name}` has elements of type f32, in which differences say little; check the cell in f64, as \
                     made by `cell.cast::<f64>()?`"
                );
                Err(self.error(ErrorKind::Type, message))
            }
        }
    }

    /// Inputs of this size, which are not the same at two steps: else a scan that reads the wrong step goes unnoticed.
    fn check_inputs(&self) -> Result<()> {
        let (steps, batch) = (self.steps, self.batch);
        let inputs = list("inputs", &self.inputs);
        let (over_time, contexts) = inputs.split_at(inputs.len().saturating_sub(C::CONTEXTS));
        self.check_axes("inputs", over_time, &[steps, batch])?;
        contexts.iter().try_for_each(|context| self.check_axes("inputs", std::slice::from_ref(context), &[batch]))?;
        let equal = |step: usize| {
            let [before, own] = [step - 1, step].map(|step| list("inputs", &step_of::<C>(&self.inputs, step)));
            before.iter().zip(&own).all(|(before, own)| before.elements == own.elements)
        };
        match (1..steps).filter(|_| batch > 0).find(|&step| equal(step)) {
            None => Ok(()),
            Some(step) => {
                let message = format!(
                    "the inputs of steps {} and {step} are equal, so nothing shows which of them is read; draw another \
                     input for each step",
                    step - 1
                );
                Err(self.error(ErrorKind::Value, message))
            }
        }
    }

    /// Refuses tensors without these axes in front.
    fn check_axes(&self, what: &str, tensors: &[Named], axes: &[usize]) -> Result<()> {
        match tensors.iter().find(|tensor| !tensor.shape.starts_with(axes)) {
            None if tensors.is_empty() => {
                Err(self.error(ErrorKind::Shape, format!("the {what} should hold at least one tensor, found none")))
            }
            None => Ok(()),
            Some(tensor) => {
                let expected: String = axes.iter().map(|size| format!("{size}, ")).collect();
                Err(Error::shape(self.place.clone(), &tensor.path, format_args!("[{expected}..]"), &tensor.shape))
            }
        }
    }

    /// `scan` and `scan_steps` give what a loop over `step` gives, from both states.
    fn values_agree(&self) -> Result<()> {
        let place = |error: Error| error.within(&self.place);
        let initial = self.cell.initial_state(self.batch).map_err(place)?;
        for (start, state) in [(Start::Given, &self.state), (Start::Initial, &initial)] {
            let given = || (start == Start::Given).then(|| Part::Whole.of(state));
            let scanned = self.cell.scan(&self.inputs, given()).map_err(place)?;
            self.is_loop("`scan`", state, &scanned)?;
            let stepped = self.cell.scan_steps(&self.inputs, given()).map_err(place)?;
            self.is_loop("`scan_steps`", state, &stepped)?;
        }
        Ok(())
    }

    fn is_loop(&self, way: &'static str, start: &C::State, found: &(Sequence<C::Output>, C::State)) -> Result<()> {
        let (outputs, end) = (found.0.data(), &found.1);
        let ways = Ways { found: way, expected: "the loop over `step`" };
        self.check_axes("output", &list("output", outputs), &[self.steps, self.batch])?;
        let mut state = Part::Whole.of(start);
        for step in 0..self.steps {
            let place = format!("{}, step {step}", self.place);
            let x = step_of::<C>(&self.inputs, step);
            let (output, next) = self.cell.step(&x, state).map_err(|error| error.within(&place))?;
            same(&place, "output", ways, &Part::Step(step).of(outputs), &output)?;
            state = next;
        }
        same(&format!("{}, the last state", self.place), "state", ways, end, &state)
    }

    /// The outputs of no step have the shapes of those of one step, but for `T`.
    fn outputs_are_empty(&self, one: &Self) -> Result<()> {
        let place = |error: Error| error.within(&self.place);
        let (found, _) = self.cell.scan(&self.inputs, Part::Whole.of(&self.state)).map_err(place)?;
        let (expected, _) = one.cell.scan(&one.inputs, Part::Whole.of(&one.state)).map_err(place)?;
        let (found, expected) = (list("output", found.data()), list("output", expected.data()));
        for (found, expected) in found.iter().zip(&expected) {
            let shape = expected.shape.with(0, 0);
            if found.shape != shape {
                return Err(Error::shape(self.place.clone(), &found.path, shape, &found.shape));
            }
        }
        Ok(())
    }

    /// With lengths each sequence is as it is alone.
    fn sequences_are_alone(&self, lengths: &[usize]) -> Result<()> {
        let place = |error: Error| error.within(&self.place);
        let (outputs, end) = self.scan(self.cell, &self.inputs, Some(&self.state)).map_err(place)?;
        for (row, &length) in lengths.iter().enumerate() {
            let place = format!("{}, lengths {lengths:?}, sequence {row}", self.place);
            let part = Part::Alone { row, length };
            let alone = self.cell.scan(alone_of::<C>(&self.inputs, row, length), Part::Row(row).of(&self.state));
            let (expected, expected_end) = alone.map_err(|error| error.within(&place))?;
            let ways = Ways { found: "`scan` with lengths", expected: "the sequence alone" };
            same(&place, "output", ways, &part.of(outputs.data()), expected.data())?;
            same(&place, "state", ways, &Part::Row(row).of(&end), &expected_end)?;
            let padding = list("output", &Part::Padding { row, length }.of(outputs.data()));
            if let Some(tensor) = padding.iter().find(|tensor| tensor.elements.iter().any(|value| *value != 0.0)) {
                let message = format!("`{}` should be zero behind the end of the sequence", tensor.path);
                return Err(Error::new(ErrorKind::Value, place, message));
            }
        }
        Ok(())
    }

    pub(super) fn scan(
        &self,
        cell: &C,
        inputs: &C::Input,
        state: Option<&C::State>,
    ) -> Result<(Sequence<C::Output>, C::State)> {
        let inputs = Sequence::from(inputs).read_with(&self.place, C::CONTEXTS)?;
        let inputs = if let Some(lengths) = self.lengths { inputs.lengths(lengths)? } else { inputs };
        cell.scan(inputs, state.map(|state| Part::Whole.of(state)))
    }
}

/// The input of one step; contexts stay.
fn step_of<C: Cell>(inputs: &C::Input, step: usize) -> C::Input {
    InputPart::cut(inputs, C::CONTEXTS, Part::Step(step), Part::Whole)
}

/// The first steps of one sequence, with its row of each context.
fn alone_of<C: Cell>(inputs: &C::Input, row: usize, length: usize) -> C::Input {
    InputPart::cut(inputs, C::CONTEXTS, Part::Alone { row, length }, Part::Row(row))
}
