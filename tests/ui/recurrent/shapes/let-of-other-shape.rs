use recurve::recurrent;

recurrent! {
    /// A named product.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;

        step(x: [D]) -> [H] {
            let a: [D] = w @ x;
            concat(a)[..H]
        }
    }
}

fn main() {}
