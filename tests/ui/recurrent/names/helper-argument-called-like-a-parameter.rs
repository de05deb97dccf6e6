use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn act(w) = tanh(w);

        step(x: [D]) -> [H] {
            h = act(w @ x + h);
            h
        }
    }
}

fn main() {}
