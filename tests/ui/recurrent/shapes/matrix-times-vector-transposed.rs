use recurve::recurrent;

recurrent! {
    /// A layer with its weights the wrong way round.
    pub cell Broken(input: D, hidden: H) {
        param w: [D, H] = glorot_uniform;

        step(x: [D]) -> [H] {
            w @ x
        }
    }
}

fn main() {}
