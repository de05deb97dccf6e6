use recurve::recurrent;

recurrent! {
    /// A context.
    pub cell Broken(input: D) {
        context m: [2 * K];

        step(x: [D]) -> [D] {
            x * mean(m)
        }
    }
}

fn main() {}
