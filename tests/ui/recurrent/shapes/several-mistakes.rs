use recurve::recurrent;

recurrent! {
    /// Five mistakes in one cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param b: [H] = uniform(1, -1);
        state h: [H];

        step(x: [D]) -> [H] {
            let drive = w @ h;
            let gate = sigmoid(drive + b);
            let score = x @ x;
            h = gate * h + score * b + sum(sum(x));
            x
        }
    }
}

fn main() {}
