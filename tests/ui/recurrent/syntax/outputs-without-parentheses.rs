use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D], [D] {
            (x, x)
        }
    }
}

fn main() {}
