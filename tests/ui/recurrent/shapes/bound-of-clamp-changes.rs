use recurve::recurrent;

recurrent! {
    /// A limited layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param limit: [] = ones;

        step(x: [D]) -> [H] {
            clamp(w @ x, 0, limit)
        }
    }
}

fn main() {}
