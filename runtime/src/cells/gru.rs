//! Gated recurrent units.

crate::recurrent! {
    /// Gated recurrent unit; the reset gate acts after the hidden product, as in PyTorch and cuDNN.
    ///
    /// Weights start evenly between ±1/sqrt(`H`), biases at zero. PyTorch stacks the gates in the order r, z, n, and its
    /// two biases of r and of z have the sums `b_r` and `b_z`; `c_n` is the last third of its `bias_hh`.
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
    pub cell Gru(input: D, hidden: H) {
        /// Input to reset gate, update gate and candidate.
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to reset gate, update gate and candidate.
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases; `c_n` stands inside of the reset product.
        param b_r, b_z, b_n, c_n: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            let r = sigmoid(w_r @ x + u_r @ h + b_r);
            let z = sigmoid(w_z @ x + u_z @ h + b_z);
            let n = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
            h = (1 - z) * n + z * h;
            h
        }
    }

    /// Gated recurrent unit as first published: the reset gate acts before the hidden product.
    ///
    /// This is Keras' `GRU(reset_after=False)`. Weights start evenly between ±1/sqrt(`H`), biases at zero.
    ///
    /// Cho et al. 2014, <https://arxiv.org/abs/1406.1078>.
    ///
    /// ```
    /// use recurve::{Cell, cells::GruResetBefore, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = GruResetBefore::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell GruResetBefore(input: D, hidden: H) {
        /// Input to reset gate, update gate and candidate.
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to reset gate, update gate and candidate.
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases.
        param b_r, b_z, b_n: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            let r = sigmoid(w_r @ x + u_r @ h + b_r);
            let z = sigmoid(w_z @ x + u_z @ h + b_z);
            let n = tanh(w_n @ x + u_n @ (r * h) + b_n);
            h = (1 - z) * n + z * h;
            h
        }
    }
}
