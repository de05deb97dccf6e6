use recurve::{Module, Param};

#[derive(Module)]
struct Model<'a> {
    weight: &'a Param,
}

fn main() {}
