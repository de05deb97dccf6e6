use recurve::recurrent;

recurrent! {
    /// Nothing.
    pub cell Broken(input: D) {
        param w: [0, D] = zeros;

        step(x: [D]) -> [D] {
            w @ x
        }
    }
}

fn main() {}
