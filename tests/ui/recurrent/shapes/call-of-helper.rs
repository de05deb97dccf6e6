use recurve::recurrent;

recurrent! {
    /// A gate.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn gate(a, v) = sigmoid(a @ v);

        step(x: [D]) -> [H] {
            h = gate(w, h) + gate(w, x);
            h
        }
    }
}

fn main() {}
