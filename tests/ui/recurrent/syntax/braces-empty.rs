use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {}
}

fn main() {}
