//! Plain recurrent networks.

crate::recurrent! {
    /// The plain recurrent network with tanh.
    ///
    /// PyTorch has two biases, `b` is their sum. Weights start evenly between ±1/sqrt(`H`), the bias at zero.
    ///
    /// Elman 1990, <https://doi.org/10.1207/s15516709cog1402_1>.
    ///
    /// ```
    /// use recurve::{Cell, cells::Rnn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = Rnn::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "Elman")]
    #[doc(alias = "SimpleRNN")]
    pub cell Rnn(input: D, hidden: H) {
        /// Input to hidden.
        param w: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to hidden.
        param u: [H, H] = uniform(1 / sqrt(H));
        /// Bias.
        param b: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + u @ h + b);
            h
        }
    }

    /// The plain recurrent network with relu.
    ///
    /// The recurrent weights start as the identity, which keeps a state over many steps; input weights start evenly
    /// between ±1/sqrt(`H`), the bias at zero. PyTorch has two biases, `b` is their sum.
    ///
    /// Le, Jaitly and Hinton 2015 (IRNN), <https://arxiv.org/abs/1504.00941>.
    ///
    /// ```
    /// use recurve::{Cell, cells::RnnRelu, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = RnnRelu::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// assert_eq!(cell.u.get(), Tensor::identity(4));
    /// let (ys, _) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.data().shape(), [5, 2, 4]); // [T, B, H]
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "IRNN")]
    pub cell RnnRelu(input: D, hidden: H) {
        /// Input to hidden.
        param w: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to hidden.
        param u: [H, H] = identity;
        /// Bias.
        param b: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            h = relu(w @ x + u @ h + b);
            h
        }
    }
}
