use recurve::recurrent;

recurrent! {
    /// Two gates in three parts.
    pub cell Broken(input: D, hidden: H) {
        param w: [3 * H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            let (f, g) = split(w @ x, 2);
            sigmoid(f) * g
        }
    }
}

fn main() {}
