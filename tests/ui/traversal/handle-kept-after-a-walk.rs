use recurve::{Module, Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let mut seen = Vec::new();
    model.walk(|_, leaf| seen.push(leaf)).unwrap();
    assert_eq!(seen.len(), 1);
}
