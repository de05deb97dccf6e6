use recurve::recurrent;

recurrent! {
    /// A gate.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn inner(a, v) = tanh(a @ v);
        fn gate(a, v) = 2 * inner(a, v);

        step(x: [D]) -> [H] {
            h = gate(w, h) + gate(w, x);
            h
        }
    }
}

fn main() {}
