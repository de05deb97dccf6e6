use recurve::{Flat, Param, Tensor};

fn main() {
    let model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0]))).unwrap();
    let copy = model.clone();
    assert_eq!(copy.params::<f32>()[0], 1.0);
}
