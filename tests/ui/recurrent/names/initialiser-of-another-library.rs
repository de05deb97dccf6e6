use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param u: [H, H] = xavier_uniform;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + u @ h);
            h
        }
    }
}

fn main() {}
