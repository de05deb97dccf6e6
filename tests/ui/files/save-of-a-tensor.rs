use recurve::{Tensor, files};

fn main() {
    let values = Tensor::from([1.0_f32, 2.0]);
    files::save(&values, "values.safetensors").unwrap();
}
