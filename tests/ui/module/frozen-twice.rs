use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(frozen)]
    #[module(frozen)]
    weight: Param,
}

fn main() {}
