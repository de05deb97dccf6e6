use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        fn twice(a) { 2 * a }

        step(x: [D]) -> [D] {
            twice(x)
        }
    }
}

fn main() {}
