use recurve::recurrent;

recurrent! {
    /// Doc.
    cell pub Broken(input: D) {
        step(x: [D]) -> [D] {
            x
        }
    }
}

fn main() {}
