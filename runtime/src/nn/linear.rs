//! The affine map.

use rand::Rng;

use super::{Forward, Init, check};
use crate::Module;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::check::check_shape;
use crate::error::{Error, Result};
use crate::module::Param;
use crate::tensor::Tensor;

/// `y = x weightᵀ + bias` over the last axis: `[.., in]` to `[.., out]`, with any number of leading axes.
///
/// The weight has PyTorch's layout `[out, in]`. It starts Glorot uniform and the bias at zero, as in Flux and Keras; for
/// other values set the fields: `layer.weight = Param::new(Init::KaimingNormal.tensor([out, in], &mut rng))`.
///
/// ```
/// use recurve::{Forward, Tensor, nn::Linear, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let layer = Linear::new(3, 5, &mut rng);
/// assert_eq!(layer.forward(&Tensor::zeros([7, 2, 3]))?.shape(), [7, 2, 5]);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// Element types do not mix, which the compiler sees:
///
/// ```compile_fail,E0308
/// # use recurve::{Forward, Tensor, nn::Linear, rand::{SeedableRng, rngs::StdRng}};
/// # let mut rng = StdRng::seed_from_u64(1);
/// Linear::new(3, 5, &mut rng).forward(&Tensor::<f64>::zeros([2, 3]))?;
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// An output layer that is tied to an embedding is written as such:
///
/// ```
/// # use recurve::{Module, nn::{Embedding, Linear}, rand::{SeedableRng, rngs::StdRng}};
/// # let mut rng = StdRng::seed_from_u64(1);
/// let embedding = Embedding::new(100, 16, &mut rng);
/// let output = Linear { weight: embedding.weight.share(), bias: None };
/// assert_eq!((embedding, output).count(), 1600);
/// ```
#[doc(alias = "Dense")]
#[derive(Debug, Module)]
pub struct Linear<F: Float = f32> {
    /// `[out, in]`.
    pub weight: Param<F>,
    /// `[out]`; nothing is added without it.
    pub bias: Option<Param<F>>,
}

impl Linear {
    /// A layer for `f32` with random weight and zero bias.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn new(input: usize, output: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self::with_dtype(input, output, rng)
    }
}

impl<F: Float> Linear<F> {
    /// [`new`](Linear::new) for any element type: `Linear::<f64>::with_dtype(3, 5, &mut rng)`.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn with_dtype(input: usize, output: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        check::size("Linear", "input", input);
        check::size("Linear", "output", output);
        let weight = Param::new(Init::GlorotUniform.tensor([output, input], rng));
        Self { weight, bias: Some(Param::new(Tensor::zeros([output]))) }
    }

    /// The same layer without its bias.
    ///
    /// ```
    /// # use recurve::{Module, nn::Linear, rand::{SeedableRng, rngs::StdRng}};
    /// # let mut rng = StdRng::seed_from_u64(1);
    /// assert_eq!(Linear::new(3, 5, &mut rng).without_bias().count(), 15);
    /// ```
    #[must_use]
    pub fn without_bias(self) -> Self {
        Self { bias: None, ..self }
    }
}

impl<F: Float> Forward<&Tensor<F>> for Linear<F> {
    type Output = Tensor<F>;

    fn forward(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        let weight = self.weight.get();
        let &[output, input] = weight.shape() else {
            return Err(Error::shape("Linear", "weight", "[out, in]", weight.shape()));
        };
        let leading = check::leading("Linear", x, input)?;
        // One product over all rows: with leading axes kept, the weight's gradient would be a stack of products.
        let rows = leading.iter().product::<usize>();
        let mut y = x.reshape([rows, input]).matmul_transposed(&weight);
        if let Some(bias) = &self.bias {
            let bias = bias.get();
            check_shape("Linear", "bias", bias.shape(), &[output])?;
            y = y + bias;
        }
        Ok(y.reshape(leading.iter().copied().chain([output]).collect::<Shape>()))
    }
}
