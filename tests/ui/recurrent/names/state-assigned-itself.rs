use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        state m: [H];

        step(x: [D]) -> [H] {
            m = m;
            h = tanh(w @ x + m * h);
            h
        }
    }
}

fn main() {}
