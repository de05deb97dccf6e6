use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D hidden: H) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
