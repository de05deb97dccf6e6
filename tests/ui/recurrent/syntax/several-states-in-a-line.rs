use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h, c: [D];

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
