use recurve::recurrent;

recurrent! {
    /// Half a layer.
    pub cell Broken(input: D, hidden: H) {
        param w: [H / 2, D] = zeros;

        step(x: [D]) -> [H] {
            concat(w @ x, w @ x)
        }
    }
}

fn main() {}
