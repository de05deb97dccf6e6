use recurve::recurrent;

recurrent! {
    /// A score.
    pub cell Broken(input: D) {
        param a: [D] = ones;

        step(x: [D]) -> [] {
            a @ x
        }
    }
}

fn main() {}
