use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D, hidden: H);
}

fn main() {}
