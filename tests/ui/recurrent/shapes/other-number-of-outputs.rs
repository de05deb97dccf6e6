use recurve::recurrent;

recurrent! {
    /// An output and a state.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h);
            (h, w @ x)
        }
    }
}

fn main() {}
