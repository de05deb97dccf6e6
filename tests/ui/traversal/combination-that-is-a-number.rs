use recurve::{Module, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let distance = model.zip_with(&model, |_, a: &Tensor, b: &Tensor| (a - b).square().sum().item());
    assert!(distance.is_ok());
}
