use recurve::recurrent;

recurrent! {
    /// Some rows.
    pub cell Broken(input: D, hidden: H) {
        param w: [2 * H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            w[..H] @ x
        }
    }
}

fn main() {}
