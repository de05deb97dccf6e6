use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell F(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
