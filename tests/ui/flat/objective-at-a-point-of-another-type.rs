use recurve::flat::Objective;
use recurve::{Param, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f64]));
    let objective = Objective::new(&model, |m: &Param<f64>| Ok(m.get().sum())).unwrap();
    assert!(objective.value(&[1.0_f32]).is_ok());
}
