use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: 3) {
        step(x: [3]) -> [3] {
            x
        }
    }
}

fn main() {}
