use recurve::recurrent;

recurrent! {
    /// A switch.
    pub cell Broken(input: D) {

        step(x: [D]) -> [D] {
            select(x > 0 && x, 1, x)
        }
    }
}

fn main() {}
