use recurve::{Module, Param, Tensor};

#[derive(Module)]
enum Layer {
    Dense(Param, Tensor),
}

fn main() {}
