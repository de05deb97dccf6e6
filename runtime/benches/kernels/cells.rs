//! Cells whose gates read the state through a vector and not through a matrix.

recurve::recurrent! {
    /// One function.
    pub(crate) cell Tanh(hidden: H) {
        /// Of the state.
        param u: [H] = uniform(0.9);
        /// The last output.
        state h: [H];

        step(x: [H]) -> [H] {
            h = tanh(x + u * h);
            h
        }
    }

    /// The gates of a gated recurrent unit.
    pub(crate) cell GruGates(hidden: H) {
        /// Of the state.
        param u: [H] = uniform(0.9);
        /// The last output.
        state h: [H];

        step(x_r: [H], x_z: [H], x_n: [H]) -> [H] {
            let y = u * h;
            let r = sigmoid(x_r + y);
            let z = sigmoid(x_z + y);
            let n = tanh(x_n + r * y);
            h = (1 - z) * n + z * h;
            h
        }
    }

    /// The gates of a long short-term memory.
    pub(crate) cell LstmGates(hidden: H) {
        /// Of the state.
        param u: [H] = uniform(0.9);
        /// The last output.
        state h: [H];
        /// The memory.
        state c: [H];

        step(x_i: [H], x_f: [H], x_g: [H], x_o: [H]) -> [H] {
            let y = u * h;
            c = sigmoid(x_f + y) * c + sigmoid(x_i + y) * tanh(x_g + y);
            h = sigmoid(x_o + y) * tanh(c);
            h
        }
    }
}
