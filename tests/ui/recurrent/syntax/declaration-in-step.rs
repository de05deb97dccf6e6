use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            param b: [D] = zeros;
            x + b
        }
    }
}

fn main() {}
