use recurve::Module;

#[derive(Module)]
struct Model {
    /// The weight.
    weight: Option<recurve::Tensor<f64>>,
}

fn main() {}
