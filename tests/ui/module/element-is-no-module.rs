use recurve::{Module, Param};

struct Linear {
    weight: Param,
}

#[derive(Module)]
struct Model {
    layers: Vec<Linear>,
}

fn main() {}
