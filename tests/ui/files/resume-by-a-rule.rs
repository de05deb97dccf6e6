use recurve::files::Checkpoint;
use recurve::optim::Adam;
use recurve::{Param, Tensor};

fn main() {
    let mut model = Param::new(Tensor::from([1.0_f32]));
    let checkpoint = Checkpoint::read("run.safetensors").unwrap();
    checkpoint.resume(&mut model, &mut Adam::new(0.1)).unwrap();
}
