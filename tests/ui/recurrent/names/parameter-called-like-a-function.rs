use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param norm: [H] = ones;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + norm * h);
            h
        }
    }
}

fn main() {}
