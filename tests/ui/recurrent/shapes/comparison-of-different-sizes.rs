use recurve::recurrent;

recurrent! {
    /// A switch.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param b: [H] = zeros;

        step(x: [D]) -> [H] {
            select(x > b, w @ x, b)
        }
    }
}

fn main() {}
