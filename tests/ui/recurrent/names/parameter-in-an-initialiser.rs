use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        hyper scale = 0.5;
        param b: [H] = uniform(scale);

        step(x: [D]) -> [H] {
            h = tanh(w @ x + scale * b + h);
            h
        }
    }
}

fn main() {}
