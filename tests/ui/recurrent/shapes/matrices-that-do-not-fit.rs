use recurve::recurrent;

recurrent! {
    /// A low-rank product.
    pub cell Broken(input: D, hidden: H) {
        param a: [H, 4] = glorot_uniform;
        param b: [3, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            (a @ b) @ x
        }
    }
}

fn main() {}
