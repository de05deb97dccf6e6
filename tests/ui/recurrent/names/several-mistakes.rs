use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = unifrom(0.1);
        param w: [H] = zeros;
        state h: [H];
        state c: [H];

        step(x: [D]) -> [H] {
            let r = sigmod(w @ x + h);
            h = tanh(r, c);
            r + h
        }
    }
}

fn main() {}
