use recurve::recurrent;

recurrent! {
    /// A unit that fires.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            w @ x > 0
        }
    }
}

fn main() {}
