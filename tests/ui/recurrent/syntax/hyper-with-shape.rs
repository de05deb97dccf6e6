use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        hyper leak: [] = 0.5;

        step(x: [D]) -> [D] {
            leak * x
        }
    }
}

fn main() {}
