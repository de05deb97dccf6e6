use recurve::recurrent;

recurrent! {
    /// A unit that fires.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state h: [H];

        step(x: [D]) -> [H] {
            let drive = w @ x + h;
            h = drive > 1;
            h
        }
    }
}

fn main() {}
