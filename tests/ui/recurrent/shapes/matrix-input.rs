use recurve::recurrent;

recurrent! {
    /// A batch.
    pub cell Broken(input: D) {

        step(x: [4, D]) -> [4] {
            sum(x)
        }
    }
}

fn main() {}
