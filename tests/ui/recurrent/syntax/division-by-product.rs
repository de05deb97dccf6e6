use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D], w: [D, D]) -> [D] {
            x / w @ x
        }
    }
}

fn main() {}
