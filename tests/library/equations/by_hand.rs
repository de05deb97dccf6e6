//! The gated recurrent unit, written by hand as a user would write a cell that equations cannot say.

use recurve::rand::Rng;
use recurve::{Cell, Float, Module, Param, Result, State, Tensor, check_batch, check_shape};

/// `h' = (1 - z) ⊙ n + z ⊙ h` with the reset gate behind the hidden product.
#[derive(Module)]
pub(super) struct Gru<F: Float = f32> {
    /// `[H, D]`: input to reset gate.
    pub(super) w_r: Param<F>,
    /// `[H, D]`: input to update gate.
    pub(super) w_z: Param<F>,
    /// `[H, D]`: input to candidate.
    pub(super) w_n: Param<F>,
    /// `[H, H]`: hidden to reset gate.
    pub(super) u_r: Param<F>,
    /// `[H, H]`: hidden to update gate.
    pub(super) u_z: Param<F>,
    /// `[H, H]`: hidden to candidate, inside of the reset product.
    pub(super) u_n: Param<F>,
    /// `[H]`: of the reset gate.
    pub(super) b_r: Option<Param<F>>,
    /// `[H]`: of the update gate.
    pub(super) b_z: Option<Param<F>>,
    /// `[H]`: of the candidate.
    pub(super) b_n: Option<Param<F>>,
    /// `[H]`: of the candidate, inside of the reset product.
    pub(super) c_n: Option<Param<F>>,
}

/// The state of a [`Gru`].
#[derive(State)]
pub(super) struct GruState<F: Float = f32> {
    /// `[B, H]`, the last output.
    pub(super) h: Tensor<F>,
}

impl<F: Float> Gru<F> {
    pub(super) fn with_dtype(input: usize, hidden: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        let bound = (hidden as f64).sqrt().recip();
        let mut weight = |columns| Param::new(Tensor::uniform([hidden, columns], -bound, bound, rng));
        let bias = || Some(Param::new(Tensor::zeros([hidden])));
        let [w_r, w_z, w_n] = [(); 3].map(|()| weight(input));
        let [u_r, u_z, u_n] = [(); 3].map(|()| weight(hidden));
        Self { w_r, w_z, w_n, u_r, u_z, u_n, b_r: bias(), b_z: bias(), b_n: bias(), c_n: bias() }
    }

    /// The number of input features `D`.
    fn input(&self) -> usize {
        self.w_r.shape().last().copied().unwrap_or(0)
    }

    /// The number of hidden units `H`.
    fn hidden(&self) -> usize {
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
