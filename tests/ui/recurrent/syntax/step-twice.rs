use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }

        step(y: [D]) -> [D] {
            y
        }
    }
}

fn main() {}
