use recurve::files::Checkpoint;
use recurve::optim::Adam;
use recurve::{Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let checkpoint = Checkpoint::of_training(&model, &Adam::new(0.1)).unwrap();
    assert!(checkpoint.has_optimizer());
}
