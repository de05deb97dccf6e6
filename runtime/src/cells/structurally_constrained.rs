//! A network with fast and slow units.

crate::recurrent! {
    /// Structurally constrained recurrent network: fast hidden units, and slow units that only average their input.
    ///
    /// The output is the fast units followed by the slow ones, `[B, H + S]`: a linear layer on it is the output layer of the
    /// paper. `retention` (α) is fixed, 0.95 in the paper. Weights start evenly between ±1/sqrt(`H`).
    ///
    /// Mikolov et al. 2014, <https://arxiv.org/abs/1412.7753>.
    ///
    /// ```
    /// use recurve::{Cell, cells::Scrn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = Scrn::new(3, 4, 2, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.data().shape(), [5, 2, 6]); // [T, B, H + S]
    /// assert_eq!(state.s.shape(), [2, 2]); // [B, S]
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell Scrn(input: D, hidden: H, slow: S) {
        /// Input to slow units.
        param w_s: [S, D] = uniform(1 / sqrt(H));
        /// Input to hidden.
        param w_h: [H, D] = uniform(1 / sqrt(H));
        /// Slow units to hidden.
        param p: [H, S] = uniform(1 / sqrt(H));
        /// Hidden to hidden.
        param u: [H, H] = uniform(1 / sqrt(H));
        /// How much the slow units keep at each step.
        hyper retention = 0.95;
        /// The fast units.
        state h: [H];
        /// The slow units.
        state s: [S];

        step(x: [D]) -> [H + S] {
            s = (1 - retention) * (w_s @ x) + retention * s;
            h = sigmoid(p @ s + w_h @ x + u @ h);
            concat(h, s)
        }
    }
}
