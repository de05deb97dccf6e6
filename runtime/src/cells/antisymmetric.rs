//! A network made stable by its weights.

crate::recurrent! {
    /// Recurrent network with antisymmetric weights: a step of a differential equation that neither explodes nor decays.
    ///
    /// The recurrent weights `u - uᵀ` have imaginary eigenvalues; `diffusion` (γ in the paper) shifts them a little to the
    /// stable side, and `step_size` (ε) is the length of a step. Input weights start normally with deviation 1/sqrt(`D`),
    /// recurrent ones with 1/sqrt(`H`), the bias at zero.
    ///
    /// Chang et al. 2019, <https://arxiv.org/abs/1902.09689>.
    ///
    /// ```
    /// use recurve::{Cell, cells::AntisymmetricRnn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let mut cell = AntisymmetricRnn::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// cell.step_size = 0.05;
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell AntisymmetricRnn(input: D, hidden: H) {
        /// Input to hidden.
        param w: [H, D] = normal(1 / sqrt(D));
        /// Hidden to hidden; only the antisymmetric part matters.
        param u: [H, H] = normal(1 / sqrt(H));
        /// Bias.
        param b: [H]? = zeros;
        /// Length of a step.
        hyper step_size = 0.1;
        /// Strength of the decay.
        hyper diffusion = 0.01;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            let a = u - transpose(u) - diffusion * identity(H);
            h = h + step_size * tanh(w @ x + a @ h + b);
            h
        }
    }
}
