use recurve::{Param, Tensor, files};

fn main() {
    let model = Param::new(Tensor::from([1.0_f32]));
    files::load(&model, "model.safetensors").unwrap();
}
