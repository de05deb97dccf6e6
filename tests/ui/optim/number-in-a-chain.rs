use recurve::optim::{ClipNorm, Rule};
use recurve::{Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let opt = (ClipNorm::new(1.0), 0.1).setup(&model);
    assert!(opt.is_ok());
}
