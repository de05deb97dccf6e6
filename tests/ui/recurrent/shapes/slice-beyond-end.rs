use recurve::recurrent;

recurrent! {
    /// The second half.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            (w @ x)[H..2 * H]
        }
    }
}

fn main() {}
