use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        state c: [H];

        step(x: [D]) -> [H] {
            c = 0.5 * c + w @ x;
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
