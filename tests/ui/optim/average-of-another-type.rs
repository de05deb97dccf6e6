use recurve::optim::Ema;
use recurve::{Param, Tensor};

fn main() {
    let model = vec![Param::new(Tensor::from([1.0_f32]))];
    let mut average = Ema::new(&model, 0.99);
    average.update(&model[0]).unwrap();
}
