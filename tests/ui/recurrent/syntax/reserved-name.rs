use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param __w: [D] = zeros;

        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
