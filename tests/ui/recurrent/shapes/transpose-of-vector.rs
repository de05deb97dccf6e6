use recurve::recurrent;

recurrent! {
    /// A row.
    pub cell Broken(input: D) {

        step(x: [D]) -> [D] {
            transpose(x)
        }
    }
}

fn main() {}
