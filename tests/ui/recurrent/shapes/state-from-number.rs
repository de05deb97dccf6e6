use recurve::recurrent;

recurrent! {
    /// A running mean.
    pub cell Broken(input: D, hidden: H) {
        state h: [H];
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            h = mean(w @ x + h);
            h
        }
    }
}

fn main() {}
