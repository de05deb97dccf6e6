use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D] = learned(zeros, ones);

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
