use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(renam = "w")]
    weight: Param,
}

fn main() {}
