use recurve::optim::{Adam, Rule};
use recurve::{Flat, Gradients, Param, Tensor};

fn main() {
    let mut model = Flat::new(Param::new(Tensor::from([1.0_f32]))).unwrap();
    let mut optimizer = Adam::new(0.1).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &Tensor::from([1.0_f32])).unwrap();
    let before = model.params::<f32>();
    optimizer.update(&mut model, &gradients).unwrap();
    assert_eq!(before[0], 1.0);
}
