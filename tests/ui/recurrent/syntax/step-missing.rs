use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        state h: [D];
    }
}

fn main() {}
