use recurve::optim::{Adam, Rule};
use recurve::{Gradients, Param, Tensor};

fn main() {
    let mut model = Param::new(Tensor::from([1.0_f32]));
    let gradients = Gradients::none(&model).unwrap();
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let states = opt.states_mut();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(states.len(), 1);
}
