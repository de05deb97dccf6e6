use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param u: [2 * H, D] = zeros;
        state h: [H];

        step(x: [D]) -> [H] {
            let (a, b) = split(u @ x, 2);
            h = tanh(w @ x + a * h);
            h
        }
    }
}

fn main() {}
