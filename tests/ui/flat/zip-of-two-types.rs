use recurve::{Module, Param, Tensor};

fn main() {
    let single = Param::new(Tensor::from([1.0_f32]));
    let double = Param::new(Tensor::from([1.0_f64]));
    assert_eq!(single.zip(&double).unwrap().len(), 1);
}
