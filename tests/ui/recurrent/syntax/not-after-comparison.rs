use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = select(x < !x, x, 0);
            y
        }
    }
}

fn main() {}
