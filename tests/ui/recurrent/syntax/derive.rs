use recurve::recurrent;

recurrent! {
    /// Doc.
    #[derive(Clone)]
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
