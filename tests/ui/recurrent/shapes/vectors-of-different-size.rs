use recurve::recurrent;

recurrent! {
    /// A residual connection.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            tanh(w @ x) + x
        }
    }
}

fn main() {}
