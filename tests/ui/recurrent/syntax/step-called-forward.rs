use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        forward(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
