use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param b, b: [H] = zeros;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h + b);
            h
        }
    }
}

fn main() {}
