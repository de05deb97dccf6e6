use recurve::recurrent;

recurrent! {
    /// A part.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [D] {
            (w @ x)[..D]
        }
    }
}

fn main() {}
