use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: [D]) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
