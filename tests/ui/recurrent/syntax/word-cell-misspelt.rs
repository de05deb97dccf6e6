use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cel Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
