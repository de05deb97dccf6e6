use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H, other: Hidden) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param b: [Hiden] = zeros;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + b);
            h
        }
    }
}

fn main() {}
