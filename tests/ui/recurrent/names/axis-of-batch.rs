use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [B, D]) -> [D] {
            x
        }
    }
}

fn main() {}
