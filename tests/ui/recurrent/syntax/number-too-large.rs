use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = 1e999 * x;
            y
        }
    }
}

fn main() {}
