use recurve::recurrent;

recurrent! {
    /// Rows with gains.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param gain: [H] = ones;

        step(x: [D]) -> [H] {
            (gain * w) @ x
        }
    }
}

fn main() {}
