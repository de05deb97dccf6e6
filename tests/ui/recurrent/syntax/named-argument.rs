use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = elu(x, alpha = 1);
            y
        }
    }
}

fn main() {}
