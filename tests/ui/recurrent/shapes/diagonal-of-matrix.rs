use recurve::recurrent;

recurrent! {
    /// Independent units.
    pub cell Broken(input: D, hidden: H) {
        param u: [H, H] = orthogonal;
        state h: [H];
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            h = diag(u) @ h + w @ x;
            h
        }
    }
}

fn main() {}
