use recurve::Tensor;
use recurve::data::Standardisation;

fn main() {
    let counts = Tensor::from([[1_usize], [2]]);
    assert!(Standardisation::fit([&counts]).is_ok());
}
