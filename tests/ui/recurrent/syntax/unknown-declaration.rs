use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        weight w: [D, D] = zeros;

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
