use recurve::recurrent;

recurrent! {
    /// A running minimum.
    pub cell Broken(input: D) {
        state low: [D] = constant(inf);

        step(x: [D]) -> [D] {
            low = minimum(low, x);
            low
        }
    }
}

fn main() {}
