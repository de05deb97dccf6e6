//! Compiled cells, one step at a time.

mod construct;
mod refusals;

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use super::compiled::CompiledCell;
use super::engine::{Replace, Single, Values};
use super::plan::Plan;
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::error::Result;
use crate::module::{Buffer, Param};
use crate::tensor::Tensor;
use crate::tensors::{TensorVisitor, Tensors, visit_each_element};

pub use construct::stepper;

/// Runs a compiled cell step by step on slices, and keeps its state: for audio, control, sensors, text as it comes.
///
/// Made by [`CompiledCell::stepper`]. It owns all the memory that a step needs: once it is made, nothing is allocated
/// (but for tensors that [`state`](Self::state) returns). It computes what [`Cell::scan`](crate::Cell::scan) computes,
/// on the thread that calls it, and records nothing.
///
/// All slices are row-major: inputs, outputs and states of `B` sequences stand one after the other, `[B, D]` and `[B, H]`.
///
/// ```
/// use recurve::rand::{SeedableRng, rngs::StdRng};
/// use recurve::{Cell, CompiledCell, Lstm, Tensor};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let lstm = Lstm::new(3, 4, &mut rng);
/// let xs = Tensor::normal([10, 1, 3], 0.0, 1.0, &mut rng); // [T, B, D]
///
/// let mut stepper = lstm.stepper(1)?;
/// let mut last = [0.0; 4];
/// for x in xs.as_slice().chunks_exact(3) {
///     let y: &[f32] = stepper.push(x)?;
///     last.copy_from_slice(y);
/// }
/// let (ys, state) = lstm.scan(&xs, None)?;
/// assert_eq!(last, ys.last()?.as_slice());
/// assert_eq!(stepper.state().c, state.c);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// # Several inputs, contexts, several outputs
///
/// Each is written and read on its own. An input or a context keeps its value until it is written again.
///
/// ```
/// use recurve::rand::{SeedableRng, rngs::StdRng};
/// use recurve::{CompiledCell, recurrent};
///
/// recurrent! {
///     /// Follows its input by a rate and says how far off it was.
///     pub cell Follower(input: D) {
///         state h: [D];
///         context rate: [];
///
///         step(x: [D], dt: []) -> (value: [D], gap: []) {
///             let difference = x - h;
///             h = h + rate * dt * difference;
///             (h, norm(difference))
///         }
///     }
/// }
///
/// let mut stepper = Follower::new(2, &mut StdRng::seed_from_u64(1)).stepper(1)?;
/// stepper.set_context("rate", &[2.0])?; // once
/// stepper.set_input("dt", &[0.25])?;
/// for x in [[3.0, 4.0], [1.5, 2.0]] {
///     stepper.input_mut(0).copy_from_slice(&x);
///     stepper.step()?;
/// }
/// assert_eq!(stepper.output(0), [1.5, 2.0]);
/// assert_eq!(stepper.output(1), [0.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// # Training beside it
///
/// A stepper holds handles of the cell's parameters and buffers ([`Module::share`](crate::Module::share)). It packs the
/// weights once, and anew at the step after a parameter has changed its [version](Param::version): by an optimiser,
/// [`Param::set`] or a loaded file. Numbers (`hyper`), and which optional parameters there are, stay as they were when
/// it was made; of fields that are replaced by other ones it knows nothing.
pub struct Stepper<C: CompiledCell> {
    plan: &'static Plan,
    /// Of the same parameters as the one that the caller has.
    cell: C,
    batch: usize,
    dimensions: Vec<usize>,
    single: Single<C::Element>,
    parameters: Vec<Option<Versioned<Param<C::Element>>>>,
    buffers: Vec<Versioned<Buffer<C::Element>>>,
    /// What a sequence starts with.
    start: C::State,
    /// Whether parameters have changed since.
    start_is_old: bool,
    /// Which inputs, and then which contexts, have been written.
    written: Vec<bool>,
    all_written: bool,
    contexts_changed: bool,
}

/// A handle, and the version of its value that is in use.
struct Versioned<H> {
    handle: H,
    version: u64,
}

impl<C: CompiledCell> Stepper<C> {
    /// Runs a step on `x`, the only input of the cell: `[B, D]`. Returns the only output: `[B, H]`.
    ///
    /// # Errors
    ///
    /// When `x` has another length, the cell has several inputs or outputs ([`step`](Self::step) is for those), or a
    /// context has not been written.
    #[inline]
    pub fn push(&mut self, x: &[C::Element]) -> Result<&[C::Element]> {
        let plan = self.plan;
        if plan.inputs.len() != 1 || plan.outputs.len() != 1 {
            return Err(self.not_single());
        }
        let input = self.single.input_mut(0);
        if input.len() != x.len() {
            return Err(self.wrong_length(&plan.inputs[0], x.len()));
        }
        input.copy_from_slice(x);
        self.mark(0);
        self.step()?;
        Ok(self.single.output(0))
    }

    /// Runs a step on the inputs that have been written.
    ///
    /// # Errors
    ///
    /// When an input or a context has never been written.
    #[inline]
    pub fn step(&mut self) -> Result<()> {
        if !self.all_written {
            self.check_written()?;
        }
        if self.has_changed() {
            self.take_parameters();
        }
        if self.contexts_changed {
            self.single.take_contexts();
            self.contexts_changed = false;
        }
        self.single.step();
        Ok(())
    }

    /// Writes an input: `[B, …]`.
    ///
    /// # Errors
    ///
    /// When there is no input of this name, or `values` has another length.
    pub fn set_input(&mut self, name: &str, values: &[C::Element]) -> Result<()> {
        let at = self.find("input", name, &self.plan.inputs)?;
        if self.single.input_mut(at).len() != values.len() {
            return Err(self.wrong_length(&self.plan.inputs[at], values.len()));
        }
        self.input_mut(at).copy_from_slice(values);
        Ok(())
    }

    /// An input to be written, in the order of the equations: `[B, …]`.
    ///
    /// # Panics
    ///
    /// When the cell has fewer inputs.
    #[inline]
    #[track_caller]
    pub fn input_mut(&mut self, at: usize) -> &mut [C::Element] {
        let plan = self.plan;
        let count = plan.inputs.len();
        assert!(at < count, "{} has {count} inputs, found input {at}", plan.cell);
        self.mark(at);
        self.single.input_mut(at)
    }

    /// Writes a context, an input that is the same at all steps: `[B, …]`.
    ///
    /// # Errors
    ///
    /// When there is no context of this name, or `values` has another length.
    pub fn set_context(&mut self, name: &str, values: &[C::Element]) -> Result<()> {
        let at = self.find("context", name, &self.plan.contexts)?;
        let context = self.single.context_mut(at);
        if context.len() != values.len() {
            return Err(self.wrong_length(&self.plan.contexts[at], values.len()));
        }
        context.copy_from_slice(values);
        self.contexts_changed = true;
        self.mark(self.plan.inputs.len() + at);
        Ok(())
    }

    /// An output of the last step, in the order of the equations: `[B, …]`. Zeros before the first step.
    ///
    /// # Panics
    ///
    /// When the cell has fewer outputs.
    #[inline]
    #[track_caller]
    pub fn output(&self, at: usize) -> &[C::Element] {
        let plan = self.plan;
        let count = plan.outputs.len();
        assert!(at < count, "{} has {count} outputs, found output {at}", plan.cell);
        self.single.output(at)
    }

    /// The state after the last step, each tensor `[B, …]`.
    #[must_use]
    pub fn state(&self) -> C::State {
        let plan = self.plan;
        let mut states = plan.states.iter().enumerate();
        self.start.map_tensors(&mut Replace(&mut || {
            let (at, leaf) = states.next().unwrap_or_else(|| unreachable!("a plan has all states of its cell"));
            Tensor::untracked(Array::copied(self.single.state(at), self.shape(leaf).into()))
        }))
    }

    /// Goes on from another state, by value: no gradient flows back to it.
    ///
    /// # Errors
    ///
    /// When a tensor of it has another shape than `[B, …]`; the state is as before then.
    pub fn set_state(&mut self, state: &C::State) -> Result<()> {
        each(state, |at, tensor| self.check_state(at, tensor))?;
        each(state, |at, tensor| {
            self.single.state_mut(at).copy_from_slice(tensor.as_slice());
            Ok(())
        })
    }

    /// Goes back to the state before the first step. Inputs and contexts stay.
    ///
    /// # Errors
    ///
    /// As [`Cell::initial_state`](crate::Cell::initial_state).
    pub fn reset(&mut self) -> Result<()> {
        self.renew_start()?;
        each(&self.start, |at, tensor| {
            self.single.state_mut(at).copy_from_slice(tensor.as_slice());
            Ok(())
        })
    }

    /// Goes back to the state before the first step for one of the `B` sequences: another one takes its place.
    ///
    /// # Errors
    ///
    /// When there is no such sequence, and as [`reset`](Self::reset).
    pub fn reset_row(&mut self, row: usize) -> Result<()> {
        if row >= self.batch {
            return Err(self.no_row(row));
        }
        self.renew_start()?;
        each(&self.start, |at, tensor| {
            let (state, start) = (self.single.state_mut(at), tensor.as_slice());
            let width = start.len() / self.batch;
            let elements = row * width..(row + 1) * width;
            state[elements.clone()].copy_from_slice(&start[elements]);
            Ok(())
        })
    }

    /// The number of sequences that run beside one another, `B`.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Says that an input, or a context behind them, has been written.
    #[inline]
    fn mark(&mut self, at: usize) {
        if !self.all_written {
            self.written[at] = true;
            self.all_written = self.written.iter().all(|written| *written);
        }
    }

    fn renew_start(&mut self) -> Result<()> {
        if self.start_is_old || self.has_changed() {
            self.start = self.cell.initial_state(self.batch)?;
            self.start_is_old = self.has_changed();
        }
        Ok(())
    }

    /// Whether a parameter or buffer has another value than the one in use.
    #[inline]
    fn has_changed(&self) -> bool {
        self.parameters.iter().flatten().any(|parameter| parameter.handle.version() != parameter.version)
            || self.buffers.iter().any(|buffer| buffer.handle.version() != buffer.version)
    }

    /// Takes the values that parameters and buffers have now.
    #[cold]
    fn take_parameters(&mut self) {
        // Versions first: a value that another thread changes while it is read has a later version.
        for parameter in self.parameters.iter_mut().flatten() {
            parameter.version = parameter.handle.version();
        }
        for buffer in &mut self.buffers {
            buffer.version = buffer.handle.version();
        }
        let parameter = |at: usize| match &self.parameters[at] {
            Some(parameter) => parameter.handle.get(),
            None => unreachable!("absent parameters are zeros"),
        };
        let buffer = |at: usize| self.buffers[at].handle.get();
        self.single.take(&Values { parameter: &parameter, buffer: &buffer });
        self.start_is_old = true;
        self.contexts_changed = true;
    }
}

/// Shows each tensor of a state with its number, up to the first error.
fn each<F: Float, S: Tensors>(state: &S, run: impl FnMut(usize, &Tensor<F>) -> Result<()>) -> Result<()> {
    let mut each = Each { next: 0, run, found: Ok(()), element: PhantomData };
    state.visit_tensors(&mut each);
    each.found
}

struct Each<F, R> {
    next: usize,
    run: R,
    found: Result<()>,
    element: PhantomData<F>,
}

impl<F: Float, R: FnMut(usize, &Tensor<F>) -> Result<()>> Each<F, R> {
    fn see<E: Element>(&mut self, tensor: &Tensor<E>) {
        let tensor: Option<&Tensor<F>> = (tensor as &dyn Any).downcast_ref();
        if let (Some(tensor), Ok(())) = (tensor, &self.found) {
            self.found = (self.run)(self.next, tensor);
            self.next += 1;
        }
    }
}

impl<F: Float, R: FnMut(usize, &Tensor<F>) -> Result<()>> TensorVisitor for Each<F, R> {
    visit_each_element!(see);
}

/// The cell and the number of sequences, not the values.
impl<C: CompiledCell> fmt::Debug for Stepper<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stepper of {}, B = {}", self.plan.cell, self.batch)
    }
}
