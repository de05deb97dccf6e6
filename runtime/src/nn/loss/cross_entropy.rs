//! The cross entropy of classes.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::{Error, ErrorKind, Result};
use crate::nn::check;
use crate::tensor::Tensor;

const PLACE: &str = "cross_entropy";

/// The cross entropy `-ln softmax(logits)[target]` of each target class, in nats, reduced; logits `[.., C]`, targets
/// `[..]` with class numbers below `C`. [`CrossEntropy`] is the same with options.
///
/// # Errors
///
/// When the shapes do not fit or a target is not below `C`, and for a mean without targets.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::cross_entropy}};
///
/// let logits = Tensor::from([[0.0_f64, 0.0], [1000.0, 0.0]]);
/// let loss = cross_entropy(&logits, &Tensor::from([0, 0]), Reduction::Sum)?;
/// assert_eq!(loss.item(), std::f64::consts::LN_2);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "nll_loss")]
#[doc(alias = "logitcrossentropy")]
pub fn cross_entropy<F: Float>(logits: &Tensor<F>, targets: &Tensor<usize>, reduction: Reduction) -> Result<Tensor<F>> {
    CrossEntropy::new().reduction(reduction).loss(logits, targets)
}

/// The [cross entropy](cross_entropy) with options. All meanings are PyTorch's.
///
/// ```
/// use recurve::{Tensor, nn::loss::CrossEntropy};
///
/// const PADDING: usize = usize::MAX;
/// let logits = Tensor::from([[0.0_f64, 1.0], [2.0, -1.0], [5.0, 5.0]]);
/// let targets = Tensor::from([1, 0, PADDING]);
/// let loss = CrossEntropy::new().ignored(PADDING).label_smoothing(0.1).loss(&logits, &targets)?;
/// assert!((loss.item() - 0.280925).abs() < 1e-6);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CrossEntropy<F: Float = f32> {
    reduction: Reduction,
    label_smoothing: f64,
    ignored: Option<usize>,
    weights: Option<Tensor<F>>,
}

impl<F: Float> Default for CrossEntropy<F> {
    fn default() -> Self {
        Self { reduction: Reduction::Mean, label_smoothing: 0.0, ignored: None, weights: None }
    }
}

impl<F: Float> CrossEntropy<F> {
    /// The mean over all targets, without smoothing and weights.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the losses of the targets become one; initially their mean. With class weights, the mean is the sum of the
    /// weighted losses divided by the sum of the weights of the targets. Ignored targets count in
    /// [`Reduction::BatchMean`], but not in [`Reduction::Mean`]; in [`Reduction::None`] their loss is 0.
    pub fn reduction(self, reduction: Reduction) -> Self {
        Self { reduction, ..self }
    }

    /// Moves the share `smoothing`, from 0 to 1, of each target evenly to all `C` classes, the target among them
    /// (Szegedy et al. 2015, <https://arxiv.org/abs/1512.00567>).
    pub fn label_smoothing(self, smoothing: f64) -> Self {
        Self { label_smoothing: smoothing, ..self }
    }

    /// The target that marks places without loss and gradient; need not be below `C`.
    #[doc(alias = "ignore_index")]
    pub fn ignored(self, target: usize) -> Self {
        Self { ignored: Some(target), ..self }
    }

    /// A factor for the loss of each class, `[C]`.
    #[doc(alias = "weight")]
    pub fn weights(self, weights: &Tensor<F>) -> Self {
        Self { weights: Some(weights.clone()), ..self }
    }

    /// The loss of logits `[.., C]` and targets `[..]`: without axes, or `[..]` for [`Reduction::None`].
    ///
    /// # Errors
    ///
    /// When the shapes do not fit, a target is not below `C`, the smoothing is not from 0 to 1, or a weight is negative
    /// or not finite; and for a mean when no target is left that counts, because the batch is empty, all targets are
    /// ignored or their weights are all 0.
    pub fn loss(&self, logits: &Tensor<F>, targets: &Tensor<usize>) -> Result<Tensor<F>> {
        let classes = self.check(logits, targets)?;
        let counted: Vec<usize> = self.counted(targets).collect();
        // Rows that do not count are left out before the softmax, because padding may hold anything.
        let rows = logits.reshape([targets.count(), classes]);
        let all = counted.len() == targets.count();
        let counted = Tensor::from(counted);
        let rows = if all { rows } else { rows.index_select(0, &counted)? };
        let labels: Vec<usize> = counted.as_slice().iter().map(|&at| targets.as_slice()[at]).collect();
        let losses = self.losses(&rows.log_softmax(-1), &labels)?;
        if self.reduction == Reduction::Mean && targets.count() > 0 {
            return Ok(losses.sum() / self.total_weight(labels)?);
        }
        let losses = if all { losses } else { losses.index_add(0, &counted, targets.count()) };
        self.reduction.apply(PLACE, losses.reshape(*targets.shape_value()), logits.shape_value())
    }

    /// The loss of each row of `log_probabilities`.
    fn losses(&self, log_probabilities: &Tensor<F>, labels: &[usize]) -> Result<Tensor<F>> {
        let classes = log_probabilities.shape()[1];
        let flat: Vec<usize> = labels.iter().enumerate().map(|(row, label)| row * classes + label).collect();
        let mut losses = -log_probabilities.flatten().index_select(0, &Tensor::from(flat))?;
        if let Some(weights) = &self.weights {
            losses = losses * weights.index_select(0, &Tensor::from(labels))?;
        }
        if self.label_smoothing == 0.0 {
            return Ok(losses);
        }
        let even = match &self.weights {
            Some(weights) => -(log_probabilities * weights).sum_axes(-1),
            None => -log_probabilities.sum_axes(-1),
        };
        let share = self.label_smoothing / classes as f64;
        Ok(losses * F::from_f64(1.0 - self.label_smoothing) + even * F::from_f64(share))
    }

    /// What the mean divides by.
    fn total_weight(&self, labels: Vec<usize>) -> Result<Tensor<F>> {
        let count = labels.len();
        let error = |message: String| Error::new(ErrorKind::Value, PLACE, message);
        if let (0, Some(ignored)) = (count, self.ignored) {
            let message =
                format!("there is no mean, because all targets are the ignored {ignored}; use `Reduction::Sum`");
            return Err(error(message));
        }
        let total = match &self.weights {
            Some(weights) => weights.index_select(0, &Tensor::from(labels))?.sum(),
            None => Tensor::scalar(F::from_f64(count as f64)),
        };
        if total.item() == F::ZERO {
            let message = format!("there is no mean, because the `weights` of all {count} targets are 0");
            return Err(error(message));
        }
        Ok(total)
    }

    /// Where the targets that count stand.
    fn counted(&self, targets: &Tensor<usize>) -> impl Iterator<Item = usize> {
        let targets = targets.as_slice().iter().enumerate();
        targets.filter(|(_, target)| Some(**target) != self.ignored).map(|(at, _)| at)
    }

    /// Checks options and arguments; returns the number of classes.
    fn check(&self, logits: &Tensor<F>, targets: &Tensor<usize>) -> Result<usize> {
        let Some((&classes, leading)) = logits.shape().split_last() else {
            return Err(Error::shape(PLACE, "logits", "[.., C]", logits.shape()));
        };
        check_shape(PLACE, "targets", targets.shape(), leading)?;
        if !(0.0..=1.0).contains(&self.label_smoothing) {
            let message = format!("`label_smoothing` should be from 0 to 1, found {}", self.label_smoothing);
            return Err(Error::new(ErrorKind::Value, PLACE, message));
        }
        if let Some(weights) = &self.weights {
            check_shape(PLACE, "weights", weights.shape(), &[classes])?;
            let allowed = |weight: F| weight >= F::ZERO && weight.is_finite();
            check::elements(PLACE, "weights", weights, "finite and not negative", allowed)?;
        }
        let allowed = |target| target < classes || Some(target) == self.ignored;
        check::elements(PLACE, "targets", targets, format_args!("below the number of classes {classes}"), allowed)?;
        Ok(classes)
    }
}
