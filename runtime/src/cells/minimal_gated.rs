//! A unit with one gate.

crate::recurrent! {
    /// Minimal gated unit: one gate forgets and updates.
    ///
    /// Weights start evenly between ±1/sqrt(`H`), biases at zero.
    ///
    /// Zhou et al. 2016, <https://arxiv.org/abs/1603.09420>.
    ///
    /// ```
    /// use recurve::{Cell, cells::Mgu, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = Mgu::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell Mgu(input: D, hidden: H) {
        /// Input to forget gate and candidate.
        param w_f, w_n: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to forget gate and candidate.
        param u_f, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases.
        param b_f, b_n: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            let f = sigmoid(w_f @ x + u_f @ h + b_f);
            let n = tanh(w_n @ x + u_n @ (f * h) + b_n);
            h = (1 - f) * h + f * n;
            h
        }
    }
}
