use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param b: [f32; D] = zeros;

        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
