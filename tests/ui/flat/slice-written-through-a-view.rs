use recurve::{Flat, Param, Tensor};

fn main() {
    let model = Flat::new(vec![Param::new(Tensor::from([1.0_f32, 2.0]))]).unwrap();
    model.view::<f32>("0").unwrap()[0] = 3.0;
}
