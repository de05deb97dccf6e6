use recurve::{Module, Param};

struct Linear {
    weight: Param,
}

#[derive(Module)]
struct Model {
    first: Linear,
    scale: f32,
}

fn main() {}
