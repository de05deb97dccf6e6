use recurve::recurrent;

recurrent! {
    /// A bias.
    pub cell Broken(input: D) {
        param b: [D] = uniform(1, -1);

        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
