use recurve::recurrent;

recurrent! {
    /// A layer.
    pub cell Broken(input: D) {
        param w: [1.5 * D, D] = zeros;

        step(x: [D]) -> [D] {
            w @ x
        }
    }
}

fn main() {}
