//! From one loss per element to the loss of a batch.

use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// What becomes of the losses of single elements.
///
/// Without elements (`B` = 0) a sum is 0 with gradients of zero, and a mean is an error: it would be not a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
    /// Their sum divided by the number of rows, where a row is the last axis of the prediction: `[B, D]` and
    /// `[T, B, D]` have `B` and `T B` rows, `[D]` has one. For `[B, D]` this is PyTorch's `batchmean`.
    #[doc(alias = "batchmean")]
    BatchMean,
    /// All of them, as they are.
    None,
}

impl Reduction {
    /// Reduces `losses`, one per element of a prediction with the shape `prediction`.
    pub(super) fn apply<F: Float>(
        self,
        place: &'static str,
        losses: Tensor<F>,
        prediction: &Shape,
    ) -> Result<Tensor<F>> {
        let rows = prediction.split_last().map_or(1, |(_, leading)| leading.iter().product());
        match self {
            Self::Mean => mean(place, &losses, losses.count(), prediction),
            Self::BatchMean => mean(place, &losses, rows, prediction),
            Self::Sum => Ok(losses.sum()),
            Self::None => Ok(losses),
        }
    }
}

fn mean<F: Float>(place: &'static str, losses: &Tensor<F>, count: usize, prediction: &Shape) -> Result<Tensor<F>> {
    if count == 0 {
        let message = format!(
            "there is no mean over an empty batch (shape {prediction}); leave the batch out, or use \
             `Reduction::Sum`, which is 0 here"
        );
        return Err(Error::new(ErrorKind::Value, place, message));
    }
    Ok(losses.sum() / F::from_f64(count as f64))
}
