use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param b?: [D] = zeros;
        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
