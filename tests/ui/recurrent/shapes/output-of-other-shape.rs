use recurve::recurrent;

recurrent! {
    /// An output.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h);
            x
        }
    }
}

fn main() {}
