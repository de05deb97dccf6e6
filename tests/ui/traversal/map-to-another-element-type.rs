use recurve::{Module, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let wide = model.map_params(|_, value: &Tensor<f32>| value.cast::<f64>()).unwrap();
    assert_eq!(wide.count(), 1);
}
