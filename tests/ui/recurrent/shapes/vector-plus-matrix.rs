use recurve::recurrent;

recurrent! {
    /// A layer with a bias in the wrong place.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param b: [H] = zeros;

        step(x: [D]) -> [H] {
            (w + b) @ x
        }
    }
}

fn main() {}
