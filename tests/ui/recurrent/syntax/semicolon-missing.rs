use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param b: [D] = zeros
        param c: [D] = zeros;

        step(x: [D]) -> [D] {
            x + b + c
        }
    }
}

fn main() {}
