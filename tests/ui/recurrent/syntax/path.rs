use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = f32::tanh(x);
            y
        }
    }
}

fn main() {}
