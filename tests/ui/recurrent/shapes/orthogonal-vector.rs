use recurve::recurrent;

recurrent! {
    /// A bias.
    pub cell Broken(input: D) {
        param b: [D] = orthogonal;

        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
