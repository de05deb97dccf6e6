use recurve::recurrent;

recurrent! {
    /// A constant.
    pub cell Broken(input: D) {

        step(x: [D]) -> [D] {
            x * ln(0)
        }
    }
}

fn main() {}
