use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        weight w: [D, D] = zeros;
        step(x: [D]) -> [D] {
            w @ x
        }
    }
}

fn main() {}
