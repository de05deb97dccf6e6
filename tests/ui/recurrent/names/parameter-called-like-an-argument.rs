use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param hidden: [H] = zeros;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + hidden + h);
            h
        }
    }
}

fn main() {}
