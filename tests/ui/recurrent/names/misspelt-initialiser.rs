use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param b: [H] = unifrom(0.1);

        step(x: [D]) -> [H] {
            h = tanh(w @ x + b + h);
            h
        }
    }
}

fn main() {}
