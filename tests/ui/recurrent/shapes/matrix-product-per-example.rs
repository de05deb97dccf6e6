use recurve::recurrent;

recurrent! {
    /// A fast weight.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param u: [H, H] = orthogonal;
        state h: [H];

        step(x: [D]) -> [H] {
            h = (outer(h, h) @ u) @ h + w @ x;
            h
        }
    }
}

fn main() {}
