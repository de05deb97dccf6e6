use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            let (a, b) = tanh(w @ x);
            h = a * b * h;
            h
        }
    }
}

fn main() {}
