use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let mut y = tanh(x);
            y += 1;
            y
        }
    }
}

fn main() {}
