use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];

        step(x: [D]) -> [D] {
            h[0] = x;
            h
        }
    }
}

fn main() {}
