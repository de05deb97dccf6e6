use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module]
    weight: Param,
}

fn main() {}
