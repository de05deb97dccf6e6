//! What is known about a cell that a macro made from its equations.

use super::cell::Cell;
use super::plan::Plan;
use crate::array::element::Float;
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
