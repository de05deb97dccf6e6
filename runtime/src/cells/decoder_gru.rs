//! A unit that reads the same context at every step.

crate::recurrent! {
    /// Gated recurrent unit of a decoder: every gate also sees a context that is the same at all steps.
    ///
    /// The input is the pair `(x, summary)`: `x` over time and the context `summary [B, K]`, for instance the last state of
    /// an encoder. The reset gate acts on the context's share too. Weights start evenly between ±1/sqrt(`H`), biases at zero.
    ///
    /// Cho et al. 2014 (appendix A.1.2), <https://arxiv.org/abs/1406.1078>.
    ///
    /// ```
    /// use recurve::{Cell, cells::DecoderGru, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = DecoderGru::new(3, 5, 4, &mut StdRng::seed_from_u64(1));
    /// let xs = Tensor::ones([6, 2, 3]); // [T, B, D]
    /// let summary = Tensor::ones([2, 5]); // [B, K]
    /// let (ys, state) = cell.scan(&(xs, summary), None)?;
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell DecoderGru(input: D, source: K, hidden: H) {
        /// Input to reset gate, update gate and candidate.
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to reset gate, update gate and candidate.
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Context to reset gate, update gate and candidate.
        param v_r, v_z, v_n: [H, K] = uniform(1 / sqrt(H));
        /// Biases.
        param b_r, b_z, b_n: [H]? = zeros;
        /// What the encoder found.
        context summary: [K];
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            let r = sigmoid(w_r @ x + u_r @ h + v_r @ summary + b_r);
            let z = sigmoid(w_z @ x + u_z @ h + v_z @ summary + b_z);
            let n = tanh(w_n @ x + b_n + r * (u_n @ h + v_n @ summary));
            h = z * h + (1 - z) * n;
            h
        }
    }
}
