use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = select(x = 0, 1, x);
            y
        }
    }
}

fn main() {}
