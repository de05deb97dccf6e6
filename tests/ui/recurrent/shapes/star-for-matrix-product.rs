use recurve::recurrent;

recurrent! {
    /// A layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            w * x
        }
    }
}

fn main() {}
