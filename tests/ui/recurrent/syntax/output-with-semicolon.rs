use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];

        step(x: [D]) -> [D] {
            h = x + h;
            h;
        }
    }
}

fn main() {}
