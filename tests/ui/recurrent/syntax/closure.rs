use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = map(x, |a| 2 * a);
            y
        }
    }
}

fn main() {}
