use recurve::recurrent;

recurrent! {
    /// Nothing.
    pub cell Broken(input: D) {

        step(x: [D]) -> [D] {
            x[D..]
        }
    }
}

fn main() {}
