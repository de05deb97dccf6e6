use recurve::files::Checkpoint;
use recurve::{Param, Tensor};

fn main() {
    let mut model = Param::new(Tensor::from([1.0_f32]));
    let checkpoint = Checkpoint::read("run.safetensors").unwrap();
    checkpoint.cast().load(&mut model).unwrap();
    checkpoint.load(&mut model).unwrap();
}
