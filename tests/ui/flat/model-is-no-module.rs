use recurve::{Flat, Tensor};

fn main() {
    let model = Flat::new(Tensor::from([1.0_f32, 2.0]));
    assert!(model.is_ok());
}
