use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        state c: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + c * h);
            h
        }
    }
}

fn main() {}
