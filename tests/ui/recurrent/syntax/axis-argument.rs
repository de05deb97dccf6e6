use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = softmax(x, dim = -1);
            y
        }
    }
}

fn main() {}
