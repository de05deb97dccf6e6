use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D, hidden: H) {
        parm w: [H, D] = glorot_uniform;
        param u: Tensor = orthogonal;
        state h: [H];

        step(x: [D]) -> [H] {
            let mut a = w @ x;
            h += tanh(a + u @ h);
            h ^ 2
        }
    }
}

fn main() {}
