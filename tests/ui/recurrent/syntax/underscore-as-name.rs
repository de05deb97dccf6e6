use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let _ = x;
            x
        }
    }
}

fn main() {}
