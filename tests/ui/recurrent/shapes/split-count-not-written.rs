use recurve::recurrent;

recurrent! {
    /// Gates.
    pub cell Broken(input: D, hidden: H) {
        param w: [2 * H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            let (f, g) = split(w @ x, H);
            sigmoid(f) * g
        }
    }
}

fn main() {}
