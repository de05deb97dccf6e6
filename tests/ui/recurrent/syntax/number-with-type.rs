use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = 2.0f32 * x;
            y
        }
    }
}

fn main() {}
