use recurve::recurrent;

recurrent! {
    /// A gate.
    pub cell Broken(input: D) {
        param a: [D] = ones;

        step(x: [D]) -> [D] {
            softmax(dot(a, x)) * x
        }
    }
}

fn main() {}
