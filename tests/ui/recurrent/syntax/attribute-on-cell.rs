use recurve::recurrent;

recurrent! {
    /// Doc.
    #[repr(C)]
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
