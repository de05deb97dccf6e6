use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = 0x10 * x;
            y
        }
    }
}

fn main() {}
