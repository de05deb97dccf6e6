use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];
        step(x: [D]) -> [D] {
            h = tanh(x)
            h
        }
    }
}

fn main() {}
