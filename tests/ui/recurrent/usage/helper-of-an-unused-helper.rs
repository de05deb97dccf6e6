use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn inner(a) = sin(a);
        fn outer_gate(a) = inner(a) + 1;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
