use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = select(x < 0 | x > 1, x, 0);
            y
        }
    }
}

fn main() {}
