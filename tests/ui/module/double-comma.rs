use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(frozen,, rename = "w")]
    weight: Param,
}

fn main() {}
