use recurve::recurrent;

recurrent! {
    /// A layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H - 1, D] = zeros;

        step(x: [D]) -> [H] {
            concat(w @ x, 1)
        }
    }
}

fn main() {}
