use recurve::recurrent;

recurrent! {
    /// Stacked weights.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H + D] {
            concat(w, x)
        }
    }
}

fn main() {}
