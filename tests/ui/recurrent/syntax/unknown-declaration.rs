use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        layer w: [D, D] = zeros;

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
