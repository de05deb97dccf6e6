use recurve::{Module, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let twice = model.map_params(|_, value| value * 2.0).unwrap();
    assert_eq!(twice.get().item(), 2.0);
}
