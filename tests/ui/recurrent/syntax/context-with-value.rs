use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        context m: [D] = zeros;

        step(x: [D]) -> [D] {
            x * m
        }
    }
}

fn main() {}
