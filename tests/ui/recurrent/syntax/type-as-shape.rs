use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        param b: Tensor<f32> = zeros;

        step(x: [D]) -> [D] {
            x + b
        }
    }
}

fn main() {}
