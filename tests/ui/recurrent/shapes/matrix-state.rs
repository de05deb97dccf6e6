use recurve::recurrent;

recurrent! {
    /// A memory.
    pub cell Broken(input: D, hidden: H) {
        state m: [H, D];

        step(x: [D]) -> [H] {
            m = m + outer(m @ x, x);
            m @ x
        }
    }
}

fn main() {}
