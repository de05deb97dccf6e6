use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn act(v) = tanh(act(v));

        step(x: [D]) -> [H] {
            h = act(w @ x + h);
            h
        }
    }
}

fn main() {}
