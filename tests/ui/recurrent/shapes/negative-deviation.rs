use recurve::recurrent;

recurrent! {
    /// A bias.
    pub cell Broken(input: D) {
        param b: [D] = normal(-0.1);

        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
