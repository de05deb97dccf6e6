use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            for i in 0..3 {
                y = tanh(x);
            }
            x
        }
    }
}

fn main() {}
