//! A unit for observations at irregular times.

crate::recurrent! {
    /// Gated recurrent unit for observations at irregular times: the state decays with the time since the last one.
    ///
    /// The input is the pair `(x, dt)`: `x [B, D]` and the time `dt [B]` since the step before, in any unit. Each unit
    /// decays by exp(-relu(`w_d` dt + `b_d`)), a rate that is learned. The rest is [`Gru`](crate::Gru). Weights start evenly
    /// between ±1/sqrt(`H`), biases at zero, the rates `w_d` evenly between 0 and 1.
    ///
    /// Che et al. 2016 (the hidden decay of GRU-D), <https://arxiv.org/abs/1606.01865>.
    ///
    /// ```
    /// use recurve::{Cell, cells::DecayGru, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = DecayGru::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let xs = Tensor::ones([5, 2, 3]); // [T, B, D]
    /// let times = Tensor::full([5, 2], 0.5); // [T, B]
    /// let (ys, state) = cell.scan(&(xs, times), None)?;
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell DecayGru(input: D, hidden: H) {
        /// Input to reset gate, update gate and candidate.
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to reset gate, update gate and candidate.
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases; `c_n` stands inside of the reset product.
        param b_r, b_z, b_n, c_n: [H]? = zeros;
        /// Rates of decay.
        param w_d: [H] = uniform(0, 1);
        /// Bias of the decay.
        param b_d: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D], dt: []) -> [H] {
            let kept = exp(-relu(w_d * dt + b_d)) * h;
            let r = sigmoid(w_r @ x + u_r @ kept + b_r);
            let z = sigmoid(w_z @ x + u_z @ kept + b_z);
            let n = tanh(w_n @ x + b_n + r * (u_n @ kept + c_n));
            h = (1 - z) * n + z * kept;
            h
        }
    }
}
