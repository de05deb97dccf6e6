use recurve::recurrent;

recurrent! {
    /// An output.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            norm(w @ x)
        }
    }
}

fn main() {}
