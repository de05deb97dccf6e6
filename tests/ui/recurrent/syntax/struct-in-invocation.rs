use recurve::recurrent;

recurrent! {
    /// Doc.
    pub struct Broken {
        weight: Param,
    }
}

fn main() {}
