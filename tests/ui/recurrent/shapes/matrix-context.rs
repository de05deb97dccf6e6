use recurve::recurrent;

recurrent! {
    /// Attention over keys.
    pub cell Broken(input: D) {
        context keys: [K, D];

        step(x: [D]) -> [D] {
            transpose(keys) @ softmax(keys @ x)
        }
    }
}

fn main() {}
