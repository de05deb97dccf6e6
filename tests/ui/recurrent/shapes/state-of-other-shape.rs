use recurve::recurrent;

recurrent! {
    /// A state.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            h = x;
            w @ x + h
        }
    }
}

fn main() {}
