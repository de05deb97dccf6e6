use recurve::recurrent;

recurrent! {
    /// A switch.
    pub cell Broken(input: D, hidden: H) {
        context open: [];
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            select(open, w @ x, 0)
        }
    }
}

fn main() {}
