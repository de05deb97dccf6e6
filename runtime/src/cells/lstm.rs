//! Long short-term memories.

crate::recurrent! {
    /// Long short-term memory with forget gate.
    ///
    /// Weights start evenly between ±1/sqrt(`H`), biases at zero except the forget gate's, which starts at 1, so that a new
    /// cell remembers (Jozefowicz et al. 2015, <https://proceedings.mlr.press/v37/jozefowicz15.html>; Keras does so too,
    /// PyTorch does not). PyTorch stacks the gates in the order i, f, g, o and has two biases, of which `b_k` is the sum.
    ///
    /// Hochreiter and Schmidhuber 1997, <https://doi.org/10.1162/neco.1997.9.8.1735>; forget gate: Gers et al. 2000,
    /// <https://doi.org/10.1162/089976600300015015>.
    ///
    /// ```
    /// use recurve::{Cell, Lstm, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let lstm = Lstm::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = lstm.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// assert_eq!(state.c.shape(), [2, 4]); // [B, H]
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell Lstm(input: D, hidden: H) {
        /// Input to input gate, forget gate, candidate and output gate.
        param w_i, w_f, w_g, w_o: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to input gate, forget gate, candidate and output gate.
        param u_i, u_f, u_g, u_o: [H, H] = uniform(1 / sqrt(H));
        /// Biases of input gate, candidate and output gate.
        param b_i, b_g, b_o: [H]? = zeros;
        /// Bias of the forget gate.
        param b_f: [H]? = ones;
        /// The last output.
        state h: [H];
        /// The memory.
        state c: [H];

        step(x: [D]) -> [H] {
            let i = sigmoid(w_i @ x + u_i @ h + b_i);
            let f = sigmoid(w_f @ x + u_f @ h + b_f);
            let g = tanh(w_g @ x + u_g @ h + b_g);
            let o = sigmoid(w_o @ x + u_o @ h + b_o);
            c = f * c + i * g;
            h = o * tanh(c);
            h
        }
    }

    /// Long short-term memory whose gates see the memory: input and forget gate the old one, the output gate the new one.
    ///
    /// The peepholes `p_k` are vectors. Weights and peepholes start evenly between ±1/sqrt(`H`), biases at zero except the
    /// forget gate's, which starts at 1.
    ///
    /// Gers, Schraudolph and Schmidhuber 2002, <https://www.jmlr.org/papers/v3/gers02a.html>.
    ///
    /// ```
    /// use recurve::{Cell, cells::PeepholeLstm, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = PeepholeLstm::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell PeepholeLstm(input: D, hidden: H) {
        /// Input to input gate, forget gate, candidate and output gate.
        param w_i, w_f, w_g, w_o: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to input gate, forget gate, candidate and output gate.
        param u_i, u_f, u_g, u_o: [H, H] = uniform(1 / sqrt(H));
        /// Memory to input gate, forget gate and output gate.
        param p_i, p_f, p_o: [H] = uniform(1 / sqrt(H));
        /// Biases of input gate, candidate and output gate.
        param b_i, b_g, b_o: [H]? = zeros;
        /// Bias of the forget gate.
        param b_f: [H]? = ones;
        /// The last output.
        state h: [H];
        /// The memory.
        state c: [H];

        step(x: [D]) -> [H] {
            let i = sigmoid(w_i @ x + u_i @ h + p_i * c + b_i);
            let f = sigmoid(w_f @ x + u_f @ h + p_f * c + b_f);
            let g = tanh(w_g @ x + u_g @ h + b_g);
            c = f * c + i * g;
            let o = sigmoid(w_o @ x + u_o @ h + p_o * c + b_o);
            h = o * tanh(c);
            h
        }
    }

    /// Long short-term memory with layer normalisation of each gate and of the memory on its way out.
    ///
    /// The sum of both products is normalised (epsilon 1e-5, biased variance); the state keeps the memory as it is. Gains
    /// start at 1, shifts at zero except the forget gate's, which starts at 1, weights evenly between ±1/sqrt(`H`). There
    /// are no other biases.
    ///
    /// Ba, Kiros and Hinton 2016, <https://arxiv.org/abs/1607.06450>, who normalise both products by themselves.
    ///
    /// ```
    /// use recurve::{Cell, cells::LayerNormLstm, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = LayerNormLstm::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell LayerNormLstm(input: D, hidden: H) {
        /// Input to input gate, forget gate, candidate and output gate.
        param w_i, w_f, w_g, w_o: [H, D] = uniform(1 / sqrt(H));
        /// Hidden to input gate, forget gate, candidate and output gate.
        param u_i, u_f, u_g, u_o: [H, H] = uniform(1 / sqrt(H));
        /// Gains of input gate, forget gate, candidate, output gate and memory.
        param g_i, g_f, g_g, g_o, g_c: [H] = ones;
        /// Shifts of input gate, candidate, output gate and memory.
        param s_i, s_g, s_o, s_c: [H] = zeros;
        /// Shift of the forget gate.
        param s_f: [H] = ones;
        /// The last output.
        state h: [H];
        /// The memory.
        state c: [H];
        fn normalised(a, gain, shift) = layer_norm(a) * gain + shift;

        step(x: [D]) -> [H] {
            let i = sigmoid(normalised(w_i @ x + u_i @ h, g_i, s_i));
            let f = sigmoid(normalised(w_f @ x + u_f @ h, g_f, s_f));
            let g = tanh(normalised(w_g @ x + u_g @ h, g_g, s_g));
            let o = sigmoid(normalised(w_o @ x + u_o @ h, g_o, s_o));
            c = f * c + i * g;
            h = o * tanh(normalised(c, g_c, s_c));
            h
        }
    }
}
