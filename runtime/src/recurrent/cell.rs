//! The trait of recurrent cells.

use super::scan::scan_steps;
use super::sequence::Sequence;
use crate::error::Result;
use crate::module::Module;
use crate::tensors::Tensors;

/// A recurrent cell: from an input and a state it makes an output and the next state.
///
/// A cell written by hand implements [`initial_state`](Self::initial_state) and [`step`](Self::step); every tensor of
/// inputs, outputs and states has the batch as its first axis. Inputs, outputs and states are tensors, tuples of
/// tensors, or structs with `#[derive(State)]`. A cell some of whose inputs are the same at all steps says how many, by
/// [`CONTEXTS`](Self::CONTEXTS).
///
/// ```
/// use recurve::rand::{Rng, SeedableRng, rngs::StdRng};
/// use recurve::{Cell, Module, Param, Result, Sequence, State, Tensor, check_batch, check_shape};
///
/// /// h' = tanh(w x + u h), Elman 1990.
/// #[derive(Module)]
/// struct Elman {
///     w: Param, // [H, D]
///     u: Param, // [H, H]
/// }
///
/// #[derive(State)]
/// struct ElmanState {
///     h: Tensor, // [B, H]
/// }
///
/// impl Elman {
///     fn new(input: usize, hidden: usize, rng: &mut impl Rng) -> Self {
///         let mut weight = |columns| Param::new(Tensor::uniform([hidden, columns], -0.5, 0.5, rng));
///         Self { w: weight(input), u: weight(hidden) }
///     }
/// }
///
/// impl Cell for Elman {
///     type Input = Tensor; // x: [B, D]
///     type Output = Tensor; // y: [B, H]
///     type State = ElmanState;
///
///     fn initial_state(&self, batch: usize) -> Result<ElmanState> {
///         Ok(ElmanState { h: Tensor::zeros([batch, self.u.shape()[0]]) })
///     }
///
///     fn step(&self, x: &Tensor, state: ElmanState) -> Result<(Tensor, ElmanState)> {
///         let batch = check_batch("Elman", "x", x.shape(), self.w.shape()[1])?;
///         check_shape("Elman", "state.h", state.h.shape(), &[batch, self.u.shape()[0]])?;
///         let h = (x.matmul_transposed(&self.w.get()) + state.h.matmul_transposed(&self.u.get())).tanh();
///         Ok((h.clone(), ElmanState { h }))
///     }
/// }
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let cell = Elman::new(3, 4, &mut rng);
/// let xs = Tensor::normal([5, 2, 3], 0.0, 1.0, &mut rng); // [T, B, D]
/// let (ys, state) = cell.scan(Sequence::time_major(xs).lengths(&[5, 2])?, None)?;
/// assert_eq!(ys.data().shape(), [5, 2, 4]);
/// assert_eq!(ys.last()?, state.h); // each sequence at its own end
/// # Ok::<(), recurve::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a recurrent cell",
    note = "implement `Cell` for it: `initial_state` and `step`"
)]
pub trait Cell: Module {
    /// What one step reads: tensors `[B, …]`, contexts last.
    type Input: Tensors;
    /// What one step gives: tensors `[B, …]`.
    type Output: Tensors;
    /// What one step hands on to the next: tensors `[B, …]`.
    type State: Tensors;

    /// How many of the last tensors of `Input`, in declaration order, are contexts: inputs that are the same at all
    /// steps, such as the speaker of a recording.
    ///
    /// For a step all inputs are `[B, …]`. In a scan those over time are `[T, B, …]`, and contexts are `[B, …]` still:
    /// each step sees them, or their rows that take part in it, and their gradient is summed over the steps. Before
    /// the contexts there is at least one tensor over time. Since contexts are counted from the end, all inputs of such
    /// a cell must hold the same number of tensors: no `Option` or `Vec` of them.
    ///
    /// ```
    /// use recurve::{Cell, Module, Result, Sequence, Tensor, check_shape};
    ///
    /// /// h' = h + (x - h) / tau, with a time constant for each sequence.
    /// #[derive(Module)]
    /// struct Smoother;
    ///
    /// impl Cell for Smoother {
    ///     type Input = (Tensor, Tensor); // x: [B], tau: [B]
    ///     type Output = Tensor; // h: [B]
    ///     type State = Tensor; // h: [B]
    ///     const CONTEXTS: usize = 1; // tau
    ///
    ///     fn initial_state(&self, batch: usize) -> Result<Tensor> {
    ///         Ok(Tensor::zeros([batch]))
    ///     }
    ///
    ///     fn step(&self, (x, tau): &(Tensor, Tensor), h: Tensor) -> Result<(Tensor, Tensor)> {
    ///         check_shape("Smoother", "x", x.shape(), h.shape())?;
    ///         check_shape("Smoother", "tau", tau.shape(), h.shape())?;
    ///         let h = &h + (x - &h) / tau;
    ///         Ok((h.clone(), h))
    ///     }
    /// }
    ///
    /// let (xs, tau) = (Tensor::ones([3, 2]), Tensor::from([1.0, 2.0])); // [T, B] and [B]
    /// let (ys, _) = Smoother.scan(&(xs.clone(), tau.clone()), None)?;
    /// assert_eq!(ys.last()?.to_vec(), [1.0, 0.875]);
    /// let (ys, _) = Smoother.scan(Sequence::time_major(xs).lengths(&[3, 1])?.with_context(tau), None)?;
    /// assert_eq!(ys.last()?.to_vec(), [1.0, 0.5]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    const CONTEXTS: usize = 0;

    /// The state before the first step, for `batch` sequences.
    ///
    /// # Errors
    ///
    /// When a parameter that it is made from has a wrong shape.
    fn initial_state(&self, batch: usize) -> Result<Self::State>;

    /// One step: the output and the next state.
    ///
    /// The number of rows can change from step to step: in a scan with lengths or a mask the cell sees only the
    /// sequences that have a step to do, possibly none of them.
    ///
    /// # Errors
    ///
    /// When a tensor of `x` or `state`, or a parameter, has a wrong shape.
    fn step(&self, x: &Self::Input, state: Self::State) -> Result<(Self::Output, Self::State)>;

    /// Runs the cell over sequences: the outputs of all steps and the last state.
    ///
    /// `inputs` is a [`Sequence`], or its bare data, which is read as time-major `[T, B, …]` with contexts `[B, …]` as
    /// its last tensors ([`CONTEXTS`](Self::CONTEXTS)). `state` is the state before the first step; `None` stands for
    /// [`initial_state`](Self::initial_state). The outputs carry lengths and mask, and no contexts.
    ///
    /// Where a sequence has ended, or its mask has a hole, the state is held and the output is zero, and nothing that
    /// stands in the data there (not even not-a-number) reaches outputs, states or gradients. A sequence of length 0
    /// hands its state through, with the gradient. With `T` = 0 the outputs are empty, of the right shape, and the
    /// state is the initial one; parameters get gradients of zeros.
    ///
    /// # Errors
    ///
    /// When the inputs are no sequences ([`Sequence::checked`]) or have another number of contexts than the cell
    /// ([`Sequence::with_context`]), the state is one of another batch, and as [`step`](Self::step).
    #[doc(alias = "unroll")]
    #[doc(alias = "rnn")]
    fn scan(
        &self,
        inputs: impl Into<Sequence<Self::Input>>,
        state: impl Into<Option<Self::State>>,
    ) -> Result<(Sequence<Self::Output>, Self::State)> {
        self.scan_steps(inputs, state)
    }

    /// What [`scan`](Self::scan) means: the loop over [`step`](Self::step), recorded step by step.
    ///
    /// # Errors
    ///
    /// As [`scan`](Self::scan).
    fn scan_steps(
        &self,
        inputs: impl Into<Sequence<Self::Input>>,
        state: impl Into<Option<Self::State>>,
    ) -> Result<(Sequence<Self::Output>, Self::State)> {
        scan_steps(self, inputs.into(), state.into())
    }
}
