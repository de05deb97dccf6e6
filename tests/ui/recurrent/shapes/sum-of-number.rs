use recurve::recurrent;

recurrent! {
    /// A sum of sums.
    pub cell Broken(input: D) {

        step(x: [D]) -> [] {
            sum(sum(x))
        }
    }
}

fn main() {}
