use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        context m: [H];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
