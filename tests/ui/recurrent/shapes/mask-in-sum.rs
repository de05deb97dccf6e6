use recurve::recurrent;

recurrent! {
    /// The number of active units.
    pub cell Broken(input: D) {

        step(x: [D]) -> [] {
            sum(x > 0)
        }
    }
}

fn main() {}
