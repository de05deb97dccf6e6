use recurve::{Flat, Param, Tensor};

fn main() {
    let mut model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0]))).unwrap();
    let before = model.params::<f32>();
    model.params_mut::<f32>()[0] = 3.0;
    assert_eq!(before[0], 1.0);
}
