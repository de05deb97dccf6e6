use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module[skip]]
    weight: Param,
}

fn main() {}
