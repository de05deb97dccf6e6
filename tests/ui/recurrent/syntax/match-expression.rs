use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = match x {
                _ => 0,
            };
            y
        }
    }
}

fn main() {}
