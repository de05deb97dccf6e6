//! A network whose units do not see one another.

crate::recurrent! {
    /// Independently recurrent network: each unit sees its own last output only.
    ///
    /// Recurrent weights start evenly between 0 and 1, input weights evenly between ±1/sqrt(`H`), the bias at zero. For very
    /// long sequences the paper keeps recurrent weights small: clamp `u` after each update.
    ///
    /// Li et al. 2018, <https://arxiv.org/abs/1803.04831>.
    ///
    /// ```
    /// use recurve::{Cell, cells::IndRnn, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let cell = IndRnn::new(3, 4, &mut StdRng::seed_from_u64(1));
    /// assert_eq!(cell.u.get().shape(), [4]);
    /// let (ys, state) = cell.scan(&Tensor::ones([5, 2, 3]), None)?; // [T, B, D]
    /// assert_eq!(ys.last()?, state.h);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub cell IndRnn(input: D, hidden: H) {
        /// Input to hidden.
        param w: [H, D] = uniform(1 / sqrt(H));
        /// Each unit to itself.
        param u: [H] = uniform(0, 1);
        /// Bias.
        param b: [H]? = zeros;
        /// The last output.
        state h: [H];

        step(x: [D]) -> [H] {
            h = relu(w @ x + u * h + b);
            h
        }
    }
}
