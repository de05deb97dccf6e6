use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(size: D, size: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
