use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken<F: Float>(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
