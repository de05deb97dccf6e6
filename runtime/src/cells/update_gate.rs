//! A unit with one gate and a learned first state.

crate::recurrent! {
    /// Update gate RNN: one gate decides between the old state and a candidate. The first state is learned.
    ///
    /// Weights start evenly between ±1/sqrt(`H`), biases at zero except the gate's, which starts at 1, so that a new cell
    /// remembers; the learned first state starts at zero.
    ///
    /// Collins, Sohl-Dickstein and Sussillo 2016 (UGRNN), <https://arxiv.org/abs/1611.09913>, where the first state is zero.
    ///
    /// ```
    /// use recurve::{Cell, cells::UpdateGateRnn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = UpdateGateRnn::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// assert_eq!(cell.initial_h.get().shape(), [4]);
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "UGRNN")]
    pub cell UpdateGateRnn(input: D, hidden: H) {
        /// Input to gate and candidate.
        param w_g, w_c: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to gate and candidate.
        param u_g, u_c: [H, H] = uniform(1 / sqrt(H));
        /// Bias of the gate.
        param b_g: [H]? = ones;
        /// Bias of the candidate.
        param b_c: [H]? = zeros;
        /// The last output.
        state h: [H] = learned;

        step(x: [D]) -> [H] {
            let g = sigmoid(w_g @ x + u_g @ h + b_g);
            let c = tanh(w_c @ x + u_c @ h + b_c);
            h = g * h + (1 - g) * c;
            h
        }
    }
}
