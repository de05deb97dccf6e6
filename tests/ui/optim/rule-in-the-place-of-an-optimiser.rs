use recurve::optim::Adam;
use recurve::{Gradients, Param, Tensor};

fn main() {
    let mut model = Param::new(Tensor::from([1.0_f32]));
    let gradients = Gradients::none(&model).unwrap();
    let mut rule = Adam::new(0.1);
    rule.update(&mut model, &gradients).unwrap();
}
