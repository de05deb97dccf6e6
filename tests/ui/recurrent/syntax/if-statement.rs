use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];

        step(x: [D]) -> [D] {
            if x > 0 {
                h = x;
            }
            h
        }
    }
}

fn main() {}
