use recurve::optim::schedule::Cosine;
use recurve::optim::{Adam, Rule};
use recurve::{Param, Tensor};

fn main() {
    let mut opt = Adam::new(0.1).setup(&Param::new(Tensor::from([1.0_f32]))).unwrap();
    opt.set_learning_rate(Cosine::new(0.1, 100));
}
