use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    weight: Param,
}

fn single(model: &Model) {
    model.cast::<f64>().ok();
}

fn main() {}
