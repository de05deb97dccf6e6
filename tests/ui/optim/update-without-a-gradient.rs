use recurve::optim::{Adam, Rule};
use recurve::{Param, Tensor};

fn main() {
    let mut model = Param::new(Tensor::from([1.0_f32]));
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    opt.update(&mut model).unwrap();
}
