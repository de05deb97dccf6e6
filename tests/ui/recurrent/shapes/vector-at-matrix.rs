use recurve::recurrent;

recurrent! {
    /// A row vector, as in other libraries.
    pub cell Broken(input: D, hidden: H) {
        param w: [D, H] = glorot_uniform;

        step(x: [D]) -> [H] {
            x @ w
        }
    }
}

fn main() {}
