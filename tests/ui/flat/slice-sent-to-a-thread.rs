use recurve::{Flat, Param, Tensor};

fn main() {
    let mut model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0]))).unwrap();
    let mut slice = model.params_mut::<f32>();
    std::thread::scope(|scope| scope.spawn(move || slice[0] = 3.0).join().unwrap());
}
