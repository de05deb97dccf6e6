//! The gated recurrent unit, written by hand.

use rand::Rng;

use super::Cell;
use crate::array::element::Float;
use crate::check::{check_batch, check_shape};
use crate::error::Result;
use crate::tensor::Tensor;
use crate::{Module, Param, State};

/// Gated recurrent unit; the reset gate acts after the hidden product, as in PyTorch and cuDNN.
///
/// ```text
/// r  = sigmoid(w_r x + u_r h + b_r)
/// z  = sigmoid(w_z x + u_z h + b_z)
/// n  = tanh(w_n x + b_n + r ⊙ (u_n h + c_n))
/// h' = (1 - z) ⊙ n + z ⊙ h
/// ```
///
/// The input is `x [B, D]`, the state `h [B, H]`, the output the new state. A bias that is `None` counts as zeros and
/// is not trained. PyTorch stacks the gates in the order r, z, n, and its two biases of r and of z have the sum `b_r`
/// and `b_z`; `c_n` is the last third of its `bias_hh`.
///
/// Cho et al. 2014, <https://arxiv.org/abs/1406.1078>.
///
/// ```
/// use recurve::{Cell, Gru, Tensor, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let gru = Gru::new(3, 4, &mut rng);
/// let xs = Tensor::normal([5, 2, 3], 0.0, 1.0, &mut rng); // [T, B, D]
/// let (ys, state) = gru.scan(&xs, None)?;
/// assert_eq!(ys.data().shape(), [5, 2, 4]); // [T, B, H]
/// assert_eq!(state.h, ys.last()?);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Module, Debug)]
pub struct Gru<F: Float = f32> {
    /// `[H, D]`: input to reset gate.
    pub w_r: Param<F>,
    /// `[H, D]`: input to update gate.
    pub w_z: Param<F>,
    /// `[H, D]`: input to candidate.
    pub w_n: Param<F>,
    /// `[H, H]`: hidden to reset gate.
    pub u_r: Param<F>,
    /// `[H, H]`: hidden to update gate.
    pub u_z: Param<F>,
    /// `[H, H]`: hidden to candidate, inside of the reset product.
    pub u_n: Param<F>,
    /// `[H]`: of the reset gate.
    pub b_r: Option<Param<F>>,
    /// `[H]`: of the update gate.
    pub b_z: Option<Param<F>>,
    /// `[H]`: of the candidate.
    pub b_n: Option<Param<F>>,
    /// `[H]`: of the candidate, inside of the reset product.
    pub c_n: Option<Param<F>>,
}

/// The state of a [`Gru`].
#[derive(State, Clone, Debug)]
pub struct GruState<F: Float = f32> {
    /// `[B, H]`, the last output.
    pub h: Tensor<F>,
}

impl Gru {
    /// A cell for `input` features with `hidden` units: weights drawn evenly from ±1/sqrt(`hidden`), biases zero.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn new(input: usize, hidden: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self::with_dtype(input, hidden, rng)
    }
}

impl<F: Float> Gru<F> {
    /// A cell with elements of any type, `Gru::<f64>::with_dtype(…)`; otherwise as [`new`](Gru::new).
    ///
    /// # Panics
    ///
    /// When a size is 0.
    #[track_caller]
    pub fn with_dtype(input: usize, hidden: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        assert!(input > 0 && hidden > 0, "Gru: sizes must not be 0, found input {input} and hidden {hidden}");
        let bound = (hidden as f64).sqrt().recip();
        let mut weight = |columns| Param::new(Tensor::uniform([hidden, columns], -bound, bound, rng));
        let bias = || Some(Param::new(Tensor::zeros([hidden])));
        let [w_r, w_z, w_n] = [(); 3].map(|()| weight(input));
        let [u_r, u_z, u_n] = [(); 3].map(|()| weight(hidden));
        Self { w_r, w_z, w_n, u_r, u_z, u_n, b_r: bias(), b_z: bias(), b_n: bias(), c_n: bias() }
    }

    /// The number of input features `D`.
    pub fn input(&self) -> usize {
        self.w_r.shape().last().copied().unwrap_or(0)
    }

    /// The number of hidden units `H`.
    pub fn hidden(&self) -> usize {
        self.w_r.shape().first().copied().unwrap_or(0)
    }

    /// The fields are public, so their shapes are known only now.
    fn check(&self) -> Result<()> {
        let (input, hidden) = (self.input(), self.hidden());
        for (name, w) in [("w_r", &self.w_r), ("w_z", &self.w_z), ("w_n", &self.w_n)] {
            check_shape("Gru", name, &w.shape(), &[hidden, input])?;
        }
        for (name, u) in [("u_r", &self.u_r), ("u_z", &self.u_z), ("u_n", &self.u_n)] {
            check_shape("Gru", name, &u.shape(), &[hidden, hidden])?;
        }
        for (name, b) in [("b_r", &self.b_r), ("b_z", &self.b_z), ("b_n", &self.b_n), ("c_n", &self.c_n)] {
            b.iter().try_for_each(|b| check_shape("Gru", name, &b.shape(), &[hidden]))?;
        }
        Ok(())
    }
}

impl<F: Float> Cell for Gru<F> {
    type Input = Tensor<F>;
    type Output = Tensor<F>;
    type State = GruState<F>;

    fn initial_state(&self, batch: usize) -> Result<GruState<F>> {
        Ok(GruState { h: Tensor::zeros([batch, self.hidden()]) })
    }

    fn step(&self, x: &Tensor<F>, GruState { h }: GruState<F>) -> Result<(Tensor<F>, GruState<F>)> {
        self.check()?;
        let batch = check_batch("Gru", "x", x.shape(), self.input())?;
        check_shape("Gru", "state.h", h.shape(), &[batch, self.hidden()])?;
        let r = (affine(x, &self.w_r, &self.b_r) + affine(&h, &self.u_r, &None)).sigmoid();
        let z = (affine(x, &self.w_z, &self.b_z) + affine(&h, &self.u_z, &None)).sigmoid();
        let n = (affine(x, &self.w_n, &self.b_n) + r * affine(&h, &self.u_n, &self.c_n)).tanh();
        let h = (-&z + F::ONE) * n + z * h;
        Ok((h.clone(), GruState { h }))
    }
}

/// `x wᵀ + b` for the rows of `x`.
fn affine<F: Float>(x: &Tensor<F>, w: &Param<F>, b: &Option<Param<F>>) -> Tensor<F> {
    let product = x.matmul_transposed(&w.get());
    b.iter().fold(product, |sum, b| sum + b.get())
}
