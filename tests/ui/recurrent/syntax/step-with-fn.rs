use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        fn step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
