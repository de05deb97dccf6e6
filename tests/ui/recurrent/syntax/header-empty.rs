use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken() {
        step(x: [3]) -> [3] {
            x
        }
    }
}

fn main() {}
