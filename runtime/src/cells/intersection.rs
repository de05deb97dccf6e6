//! A unit with one gate over depth and one over time.

crate::recurrent! {
    /// Intersection RNN: a gate over depth decides between input and output, a gate over time between old and new state.
    ///
    /// Input, output and state have the same size, so that layers can be stacked and the input can pass through. The outputs
    /// are the pair `(y, memory)`: what goes to the next layer, and the new state. Weights start evenly between ±1/sqrt(`H`),
    /// biases at zero except those of both gates, which start at 1, so that a new cell passes on what it gets.
    ///
    /// Collins, Sohl-Dickstein and Sussillo 2016 (+RNN), <https://arxiv.org/abs/1611.09913>.
    ///
    /// ```
    /// use recurve::{Cell, cells::IntersectionRnn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = IntersectionRnn::new(4, &mut StdRng::seed_from_u64(1));
    /// let (outputs, state) = cell.scan(&Tensor::ones([5, 2, 4]), None)?; // [T, B, H]
    /// let (_, memory) = outputs.last()?;
    /// assert_eq!(memory, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "+RNN")]
    pub cell IntersectionRnn(hidden: H) {
        /// Input to output, state, gate over depth and gate over time.
        param w_y, w_h, w_d, w_t: [H, H] = uniform(1 / sqrt(H));
        /// Hidden to output, state, gate over depth and gate over time.
        param u_y, u_h, u_d, u_t: [H, H] = uniform(1 / sqrt(H));
        /// Biases of output and state.
        param b_y, b_h: [H]? = zeros;
        /// Biases of the gates.
        param b_d, b_t: [H]? = ones;
        /// The second output.
        state h: [H];

        step(x: [H]) -> (y: [H], memory: [H]) {
            let candidate = relu(w_y @ x + u_y @ h + b_y);
            let update = tanh(w_h @ x + u_h @ h + b_h);
            let depth = sigmoid(w_d @ x + u_d @ h + b_d);
            let time = sigmoid(w_t @ x + u_t @ h + b_t);
            h = time * h + (1 - time) * update;
            (depth * x + (1 - depth) * candidate, h)
        }
    }
}
