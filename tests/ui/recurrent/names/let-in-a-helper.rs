use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn act(v) = tanh(v * a);

        step(x: [D]) -> [H] {
            let a = w @ x;
            h = act(a + h);
            h
        }
    }
}

fn main() {}
