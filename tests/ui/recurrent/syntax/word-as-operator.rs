use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = select(x > 0 and x < 1, x, 1);
            y
        }
    }
}

fn main() {}
