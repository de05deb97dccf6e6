use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param w: [D, D] = zeros;
        step(x: [D]) -> [D] {
            T(w) @ x
        }
    }
}

fn main() {}
