use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        let a = 2;

        step(x: [D]) -> [D] {
            a * x
        }
    }
}

fn main() {}
