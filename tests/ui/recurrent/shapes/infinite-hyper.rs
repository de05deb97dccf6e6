use recurve::recurrent;

recurrent! {
    /// A limit.
    pub cell Broken(input: D) {
        hyper limit = inf;

        step(x: [D]) -> [D] {
            minimum(x, limit)
        }
    }
}

fn main() {}
