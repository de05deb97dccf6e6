use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param b: [H] = zeros;
        hyper leak = 0.5;
        fn gate(a) = sigmoid(leak * a);
        state h: [H];
        context m: [H];

        step(x: [D], dt: []) -> [H] {
            let a = sum(m);
            h = tanh(w @ x);
            h
        }
    }
}

fn main() {}
