use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input) {
        step(x: [3]) -> [3] {
            x
        }
    }
}

fn main() {}
