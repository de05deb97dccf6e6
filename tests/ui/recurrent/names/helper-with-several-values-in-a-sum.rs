use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];
        fn halves(v) = (v[..H], v[H..]);

        step(x: [D]) -> [H] {
            h = tanh(w @ x + halves(concat(h, h)));
            h
        }
    }
}

fn main() {}
