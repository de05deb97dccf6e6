use recurve::{Flat, Param, Tensor};

fn main() {
    let model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0]))).unwrap();
    let _ = model.params::<usize>();
}
