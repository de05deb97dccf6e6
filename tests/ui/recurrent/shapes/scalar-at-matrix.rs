use recurve::recurrent;

recurrent! {
    /// A scaled layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param gain: [] = ones;

        step(x: [D]) -> [H] {
            (gain @ w) @ x
        }
    }
}

fn main() {}
