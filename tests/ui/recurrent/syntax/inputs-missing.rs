use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step() -> [] {
            1
        }
    }
}

fn main() {}
