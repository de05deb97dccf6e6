use recurve::recurrent;

recurrent! {
    /// A mean.
    pub cell Broken(input: D) {
        hyper leak = 0.5;

        step(x: [D]) -> [D] {
            leak * x / 0
        }
    }
}

fn main() {}
