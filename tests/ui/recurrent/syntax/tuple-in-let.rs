use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let (a, b) = (x, x);
            a + b
        }
    }
}

fn main() {}
