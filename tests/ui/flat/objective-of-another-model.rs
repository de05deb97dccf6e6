use recurve::flat::Objective;
use recurve::{Param, Tensor};

fn main() {
    let model = vec![Param::new(Tensor::from([1.0_f32]))];
    let objective = Objective::new(&model, |m: &Param| Ok(m.get().sum()));
    assert!(objective.is_ok());
}
