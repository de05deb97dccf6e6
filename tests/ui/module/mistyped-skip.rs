use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(skpi)]
    weight: Param,
}

fn main() {}
