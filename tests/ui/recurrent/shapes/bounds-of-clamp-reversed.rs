use recurve::recurrent;

recurrent! {
    /// A limited layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            clamp(w @ x, 1, -1)
        }
    }
}

fn main() {}
