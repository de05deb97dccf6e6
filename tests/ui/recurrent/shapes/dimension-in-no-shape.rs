use recurve::recurrent;

recurrent! {
    /// A scaled input.
    pub cell Broken(input: D, scale: N) {

        step(x: [D]) -> [D] {
            x / sqrt(N)
        }
    }
}

fn main() {}
