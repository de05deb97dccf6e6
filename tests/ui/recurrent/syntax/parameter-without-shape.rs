use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param w = zeros;

        step(x: [D]) -> [D] {
            w * x
        }
    }
}

fn main() {}
