//! Rows of a table, chosen by number.

use rand::Rng;

use super::{Forward, Init, check};
use crate::Module;
use crate::array::element::Float;
use crate::array::shape::MAX_RANK;
use crate::error::{Error, Result};
use crate::module::Param;
use crate::tensor::Tensor;

/// Row `i` of the weight for each index `i`: indices of any shape `[..]` to `[.., features]`.
///
/// The weight `[vocabulary, features]` starts normal with deviation 1, as in PyTorch. Rows that no index names get the
/// gradient zero, rows named several times the sum.
///
/// ```
/// use recurve::{Forward, Tensor, nn::Embedding, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let embedding = Embedding::new(10, 4, &mut rng);
/// let tokens = Tensor::from([[1, 2, 9], [0, 2, 2]]);
/// assert_eq!(embedding.forward(&tokens)?.shape(), [2, 3, 4]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Debug, Module)]
pub struct Embedding<F: Float = f32> {
    /// `[vocabulary, features]`.
    pub weight: Param<F>,
}

impl Embedding {
    /// A table for `f32` with random rows.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn new(vocabulary: usize, features: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self::with_dtype(vocabulary, features, rng)
    }
}

impl<F: Float> Embedding<F> {
    /// [`new`](Embedding::new) for any element type: `Embedding::<f64>::with_dtype(10, 4, &mut rng)`.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn with_dtype(vocabulary: usize, features: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        check::size("Embedding", "vocabulary", vocabulary);
        check::size("Embedding", "features", features);
        Self { weight: Param::new(Init::Normal { deviation: 1.0 }.tensor([vocabulary, features], rng)) }
    }
}

impl<F: Float> Forward<&Tensor<usize>> for Embedding<F> {
    type Output = Tensor<F>;

    fn forward(&self, indices: &Tensor<usize>) -> Result<Tensor<F>> {
        let weight = self.weight.get();
        let &[vocabulary, _] = weight.shape() else {
            return Err(Error::shape("Embedding", "weight", "[vocabulary, features]", weight.shape()));
        };
        if indices.rank() == MAX_RANK {
            let expected = format_args!("with fewer than {MAX_RANK} axes");
            return Err(Error::shape("Embedding", "indices", expected, indices.shape()));
        }
        let expected = format_args!("below the vocabulary of {vocabulary}");
        check::elements("Embedding", "indices", indices, expected, |index| index < vocabulary)?;
        weight.index_select(0, indices)
    }
}
