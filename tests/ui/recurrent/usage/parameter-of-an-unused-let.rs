use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param u: [H, D] = zeros;
        state h: [H];

        step(x: [D]) -> [H] {
            let a = tanh(u @ x);
            h = tanh(w @ x + h);
            h
        }
    }
}

fn main() {}
