use recurve::{Module, Tensor};

#[derive(Module)]
struct Model {
    /// The weight.
    weight: Tensor,
}

fn main() {}
