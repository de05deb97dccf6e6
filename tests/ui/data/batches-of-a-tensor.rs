use recurve::Tensor;
use recurve::data::batches;

fn main() {
    let xs = Tensor::from([[1.0_f32], [2.0]]);
    assert!(batches(&xs, 1).is_ok());
}
