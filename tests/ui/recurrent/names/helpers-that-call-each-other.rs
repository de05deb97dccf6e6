use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn first(v) = tanh(second(v));
        fn second(v) = sin(first(v));

        step(x: [D]) -> [H] {
            h = first(w @ x + h);
            h
        }
    }
}

fn main() {}
