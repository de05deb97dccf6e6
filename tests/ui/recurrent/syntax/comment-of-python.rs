use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];
        step(x: [D]) -> [D] {
            # the new state
            h = tanh(x + h);
            h
        }
    }
}

fn main() {}
