use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(froze)]
    weight: Param,
}

fn main() {}
