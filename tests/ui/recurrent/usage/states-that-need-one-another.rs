use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        state a: [H];
        state b: [H];

        step(x: [D]) -> [H] {
            a = b + w @ x;
            b = a;
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
