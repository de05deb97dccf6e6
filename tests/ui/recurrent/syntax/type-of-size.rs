use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: usize) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
