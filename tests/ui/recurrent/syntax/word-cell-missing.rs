use recurve::recurrent;

recurrent! {
    /// Doc.
    pub Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
