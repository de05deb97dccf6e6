//! Cells made from their equations, in a file that has other meanings for the names of the prelude.

#[allow(unused_imports)]
use crate::taken::{Module, Ok, Option, Result, Some};

neural::recurrent! {
    /// Follows its input, as fast as the context says.
    pub cell Follower(input: D, hidden: H) {
        /// From input to target.
        param w: [H, D] = glorot_uniform;
        param b: [H]? = zeros;
        /// How much of the target counts.
        hyper share = 0.75;
        state h: [H] = learned;
        context speed: [];

        step(x: [D]) -> (state: [H], mean: []) {
            let target = tanh(w @ x + b) * share;
            h = h + speed * (target - h);
            (h, mean(h))
        }
    }

    /// Without states and parameters.
    pub cell Doubled(input: D) {
        step(x: [D]) -> [D] {
            2 * x
        }
    }
}
