use recurve::recurrent;

recurrent! {
    /// All but the last.
    pub cell Broken(input: D) {

        step(x: [D]) -> [D] {
            x[..D - 1]
        }
    }
}

fn main() {}
