use recurve::{Flat, Param, Tensor};

fn main() {
    let model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0]))).unwrap();
    let slice = model.params::<f32>();
    let inner = model.into_inner();
    assert_eq!(slice[0], inner.get().at([0]));
}
