use recurve::recurrent;

recurrent! {
    /// A score.
    pub cell Broken(input: D, hidden: H) {
        param a: [H] = ones;

        step(x: [D]) -> [H] {
            dot(a, x) * a
        }
    }
}

fn main() {}
