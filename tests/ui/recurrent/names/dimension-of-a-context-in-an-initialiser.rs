use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        param b: [H] = uniform(1 / K);
        context m: [K];

        step(x: [D]) -> [H] {
            h = tanh(w @ x + b + sum(m) * h);
            h
        }
    }
}

fn main() {}
