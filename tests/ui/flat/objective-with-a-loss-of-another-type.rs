use recurve::flat::Objective;
use recurve::{Param, Result, Tensor};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    let objective = Objective::new(&model, |m: &Param| -> Result<Tensor> { Ok(m.get().sum()) }).unwrap();
    let start: Vec<f64> = objective.start();
    assert_eq!(start.len(), 1);
}
