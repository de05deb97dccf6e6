use recurve::{Flat, Module, Param, Tensor};

#[derive(Module)]
struct Model {
    weight: Param,
}

fn main() {
    let mut model = Flat::new(Model { weight: Param::new(Tensor::zeros([2])) }).unwrap();
    model.weight = Param::new(Tensor::ones([2]));
}
