use recurve::recurrent;

recurrent! {
    /// A leaky unit.
    pub cell Broken(input: D, hidden: H) {
        param rate: [1] = constant(0.5);
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            h = (1 - rate) * h + w @ x;
            h
        }
    }
}

fn main() {}
