use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param u: [H, K] = zeros;
        context m: [K];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + u @ m + h);
            h
        }
    }
}

fn main() {}
