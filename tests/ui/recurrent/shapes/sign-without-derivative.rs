use recurve::recurrent;

recurrent! {
    /// A binary layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            sign(w @ x)
        }
    }
}

fn main() {}
