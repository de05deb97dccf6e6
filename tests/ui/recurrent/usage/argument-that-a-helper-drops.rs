use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param b: [H] = zeros;
        state h: [H];
        fn first(a, c) = tanh(a);

        step(x: [D]) -> [H] {
            h = first(w @ x + h, b);
            h
        }
    }
}

fn main() {}
