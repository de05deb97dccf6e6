use recurve::recurrent;

recurrent! {
    /// A quantised layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            floor(w @ x)
        }
    }
}

fn main() {}
