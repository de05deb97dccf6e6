//! What is known about a cell that a macro made from its equations.

use super::cell::Cell;
use super::plan::Plan;
use super::stepper::Stepper;
use crate::array::element::Float;
use crate::error::Result;
use crate::tensor::Tensor;

/// A cell made by [`recurrent!`](crate::recurrent), which knows the names and the shapes of its inputs.
///
/// A function over all such cells can make their inputs:
///
/// ```
/// use recurve::rand::{SeedableRng, rngs::StdRng};
/// use recurve::{Cell, CompiledCell, Float, Result, Tensor, recurrent};
///
/// recurrent! {
///     /// Moves towards its input, by as much as the context says.
///     pub cell Tracker(input: D) {
///         state h: [D];
///         context rate: [K];
///
///         step(x: [D]) -> [D] {
///             h = h + mean(rate) * (x - h);
///             h
///         }
///     }
/// }
///
/// /// Runs a cell over ones.
/// fn run<C: CompiledCell>(cell: &C, steps: usize, batch: usize) -> Result<C::State> {
///     let inputs = cell.input_from(&mut |_name| 2, &mut |input| {
///         let time = if input.context { None } else { Some(steps) };
///         let shape: Vec<usize> = time.into_iter().chain([batch]).chain(input.sizes.iter().copied()).collect();
///         Tensor::ones(shape)
///     });
///     Ok(cell.scan(inputs, None)?.1)
/// }
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let tracker = Tracker::new(3, &mut rng);
/// assert_eq!(run(&tracker, 4, 5)?.h, Tensor::ones([5, 3]));
/// # Ok::<(), recurve::Error>(())
/// ```
pub trait CompiledCell: Cell {
    /// The element type of inputs, outputs and states.
    type Element: Float;

    /// An input made of the tensors that `make` gives: it is asked once for each input, in the order of declaration,
    /// contexts last.
    ///
    /// `size` is asked before that, once for the name of each dimension that only contexts know.
    fn input_from(
        &self,
        size: &mut dyn FnMut(&str) -> usize,
        make: &mut dyn FnMut(InputShape<'_>) -> Tensor<Self::Element>,
    ) -> Self::Input;

    /// How the scan of the cell is computed. It is the same for all element types and sizes.
    ///
    /// ```
    /// use recurve::{CompiledCell, Gru, Plan};
    ///
    /// /// Of any cell.
    /// fn plan_of<C: CompiledCell>(_cell: &C) -> &'static Plan {
    ///     C::plan()
    /// }
    ///
    /// # use recurve::rand::{SeedableRng, rngs::StdRng};
    /// let gru = Gru::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// assert!(std::ptr::eq(plan_of(&gru), Gru::plan()));
    /// ```
    fn plan() -> &'static Plan;

    /// The cell as something that runs step by step, on slices and without allocations, for `batch` sequences beside one
    /// another. [`Stepper`] has examples.
    ///
    /// # Errors
    ///
    /// When a parameter has a wrong shape, the cell is the twin that a gradient is computed with, or a context has a
    /// size that the cell does not know ([`stepper_with_sizes`](Self::stepper_with_sizes)).
    #[doc(alias = "streaming")]
    #[doc(alias = "real-time")]
    fn stepper(&self, batch: usize) -> Result<Stepper<Self>> {
        self.stepper_with_sizes(batch, &[])
    }

    /// As [`stepper`](Self::stepper), with the sizes that only contexts know, by name.
    ///
    /// ```
    /// use recurve::rand::{SeedableRng, rngs::StdRng};
    /// use recurve::{CompiledCell, recurrent};
    ///
    /// recurrent! {
    ///     /// Moves towards its input, by as much as the context says.
    ///     pub cell Tracker(input: D) {
    ///         state h: [D];
    ///         context rate: [K];
    ///
    ///         step(x: [D]) -> [D] {
    ///             h = h + mean(rate) * (x - h);
    ///             h
    ///         }
    ///     }
    /// }
    ///
    /// let tracker = Tracker::new(1, &mut StdRng::seed_from_u64(1));
    /// let mut stepper = tracker.stepper_with_sizes(1, &[("K", 2)])?;
    /// stepper.set_context("rate", &[0.25, 0.75])?;
    /// assert_eq!(stepper.push(&[4.0])?, [2.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`stepper`](Self::stepper), and when `sizes` has another name or one of these is missing.
    fn stepper_with_sizes(&self, batch: usize, sizes: &[(&str, usize)]) -> Result<Stepper<Self>>;
}

/// An input of a [`CompiledCell`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct InputShape<'a> {
    /// As the equations call it.
    pub name: &'a str,
    /// Whether it is the same at all steps: then it is `[B, …]` in a scan, and `[T, B, …]` if not.
    pub context: bool,
    /// The sizes of one example, after the batch.
    pub sizes: &'a [usize],
}

impl<'a> InputShape<'a> {
    /// For generated code.
    #[doc(hidden)]
    pub fn new(name: &'a str, context: bool, sizes: &'a [usize]) -> Self {
        Self { name, context, sizes }
    }
}
