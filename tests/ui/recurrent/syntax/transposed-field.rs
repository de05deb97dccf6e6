use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = x.T @ x;
            y
        }
    }
}

fn main() {}
