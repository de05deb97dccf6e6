use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param g: [D, 1] = zeros;
        step(x: [D]) -> [D] {
            tanh(x + g)
        }
    }
}

fn main() {}
