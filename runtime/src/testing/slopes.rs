//! The gradients of a trial against differences, tensor by tensor.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::cell::{CellCheck, Start, Trial};
use super::parts::{Named, grown, is_close, leaves, list, weighted};
use crate::Module;
use crate::array::element::DType;
use crate::autodiff::{central_difference, reach, value_and_grad};
use crate::error::{ErrorKind, Result};
use crate::module::{LayoutEntry, Param};
use crate::recurrent::Cell;
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// All that a gradient is asked of: the cell, and the f64 tensors of its inputs and of its state.
#[derive(Module)]
struct Run<C> {
    cell: C,
    inputs: Vec<Param<f64>>,
    state: Vec<Param<f64>>,
}

impl<C: Cell> Trial<'_, C> {
    fn run(&self) -> Run<C> {
        Run { cell: self.cell.share(), inputs: leaves(&self.inputs), state: leaves(&self.state) }
    }

    /// A weighted sum of all outputs and of the last state; the weights are the same each time.
    fn loss(&self, run: &Run<C>, start: Start) -> Result<Tensor<f64>> {
        let state = grown(&self.state, &run.state);
        let state = (start == Start::Given).then_some(&state);
        let (outputs, end) = self.scan(&run.cell, &grown(&self.inputs, &run.inputs), state)?;
        let mut rng = StdRng::seed_from_u64(1000);
        Ok(weighted(outputs.data(), &mut rng) + weighted(&end, &mut rng))
    }

    /// The gradients of all tensors of a run.
    fn gradients(&self, run: &Run<C>, start: Start) -> Result<Vec<Option<AnyTensor>>> {
        let (_, gradients) =
            value_and_grad(run, |run| self.loss(run, start)).map_err(|error| error.within(&self.place))?;
        Ok(gradients.iter().map(|(_, gradient)| gradient.cloned()).collect())
    }

    /// Which tensors have a gradient at all.
    pub(super) fn presence(&self, start: Start) -> Result<Vec<bool>> {
        let run = self.run();
        if run.trainables()?.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.gradients(&run, start)?.iter().map(Option::is_some).collect())
    }

    /// Compares the gradient of each tensor with differences; `present` says which tensors have one at a usual size.
    pub(super) fn check_slopes(&self, start: Start, present: &[bool], check: &mut CellCheck) -> Result<()> {
        let run = self.run();
        let (flat, restructure) = run.flatten::<f64>()?;
        let entries = restructure.layout().entries();
        if entries.is_empty() {
            return Ok(());
        }
        let names = self.names(entries);
        let gradients = self.gradients(&run, start)?;
        for (((entry, name), gradient), present) in entries.iter().zip(&names).zip(&gradients).zip(present) {
            let of_cell = !(entry.path.starts_with("inputs.") || entry.path.starts_with("state."));
            // Without a step the initial state is the result, with its gradient.
            let zero = of_cell && (self.batch == 0 || (self.steps == 0 && start == Start::Given));
            self.check_presence(name, gradient.as_ref(), *present, zero)?;
            if entry.range.is_empty() {
                check.note(name, 0.0);
                continue;
            }
            let at = |direction: &Tensor<f64>, h: f64| -> Result<f64> {
                let moved = restructure.restructure(&(&flat + direction * h))?;
                Ok(self.loss(&moved, start)?.item())
            };
            check.note(name, self.slope_error(name, gradient.as_ref(), entry, flat.count(), at)?);
        }
        Ok(())
    }

    /// Without steps or sequences the gradients are there, and where they must be they are zero.
    fn check_presence(&self, name: &str, gradient: Option<&AnyTensor>, present: bool, zero: bool) -> Result<()> {
        let message = match gradient.map(AnyTensor::to_f64_vec) {
            None if present && (self.steps == 0 || self.batch == 0) => {
                format!("`{name}` has no gradient, but one at T = 5, B = 3; expected a gradient of zeros")
            }
            Some(values) if zero && values.iter().any(|value| *value != 0.0) => {
                let value = values.into_iter().find(|value| *value != 0.0).unwrap_or_default();
                format!("the gradient of `{name}` should be zero, found {value}")
            }
            _ => return Ok(()),
        };
        Err(self.error(ErrorKind::Gradient, message))
    }

    /// The largest error of the slopes along random directions of one tensor.
    fn slope_error(
        &self,
        name: &str,
        gradient: Option<&AnyTensor>,
        entry: &LayoutEntry,
        count: usize,
        at: impl Fn(&Tensor<f64>, f64) -> Result<f64>,
    ) -> Result<f64> {
        const DIRECTIONS: u64 = 2;
        // So short that a kink, of relu for example, hardly ever lies between.
        const DISTANCE: f64 = 1e-5;
        let mut largest = 0.0;
        for seed in 0..DIRECTIONS {
            let length = entry.range.len();
            let direction = Tensor::<f64>::normal([length], 0.0, 1.0, &mut StdRng::seed_from_u64(seed));
            let slopes = gradient.map(AnyTensor::to_f64_vec).unwrap_or_else(|| vec![0.0; length]);
            let claimed: f64 = slopes.iter().zip(direction.as_slice()).map(|(a, b)| a * b).sum();
            let whole = direction.pad_to(0, entry.range.start, count);
            let difference = central_difference(DISTANCE * reach(&direction), |h| at(&whole, h))
                .map_err(|error| error.within(&self.place))?;
            if !is_close([claimed, difference], 1e-6) {
                let claimed = if gradient.is_some() { claimed.to_string() } else { "missing".to_owned() };
                let message = format!(
                    "the gradient of `{name}` along a random direction is {claimed}, but differences give {difference}"
                );
                return Err(self.error(ErrorKind::Gradient, message));
            }
            largest = f64::max(largest, (claimed - difference).abs() / (1.0 + difference.abs()));
        }
        Ok(largest)
    }

    /// What the tensors of a run are called: parameters by their paths in the cell, the others by theirs in the value.
    fn names(&self, entries: &[LayoutEntry]) -> Vec<String> {
        let reals = |tensors: Vec<Named>| {
            tensors
                .into_iter()
                .filter(|tensor| tensor.dtype == DType::F64)
                .map(|tensor| tensor.path)
                .collect::<Vec<_>>()
        };
        let mut others = reals(list("inputs", &self.inputs));
        others.extend(reals(list("state", &self.state)));
        let own = entries.iter().take(entries.len() - others.len());
        let own = own.map(|entry| entry.path.strip_prefix("cell.").unwrap_or(&entry.path).to_owned());
        own.chain(others).collect()
    }
}
