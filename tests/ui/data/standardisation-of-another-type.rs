use recurve::Tensor;
use recurve::data::Standardisation;

fn main() {
    let scale = Standardisation::fit([&Tensor::from([[1.0_f64], [3.0]])]).unwrap();
    assert!(scale.apply(&Tensor::from([[2.0_f32]])).is_ok());
}
