use recurve::{Float, Module, Param};

struct Linear {
    weight: Param,
}

#[derive(Module)]
struct Model<F: Float> {
    first: Linear,
    second: Param<F>,
}

fn main() {}
