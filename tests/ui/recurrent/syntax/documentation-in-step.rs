use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            /// Twice the input.
            let y = 2 * x;
            y
        }
    }
}

fn main() {}
