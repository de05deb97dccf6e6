use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = if x > 0 { x } else { 0 };
            y
        }
    }
}

fn main() {}
