use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(frozen(yes))]
    weight: Param,
}

fn main() {}
