use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param initial_h: [H] = zeros;
        state h: [H] = learned;

        step(x: [D]) -> [H] {
            h = tanh(w @ x + initial_h + h);
            h
        }
    }
}

fn main() {}
