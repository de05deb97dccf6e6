use recurve::optim::{Adam, Rule};
use recurve::{Gradients, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let gradients = Gradients::none(&model).unwrap();
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    opt.update(&model, &gradients).unwrap();
}
