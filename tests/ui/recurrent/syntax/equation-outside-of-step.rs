use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        h = tanh(x);

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
