use recurve::{Module, Param};

#[derive(Module)]
enum Layer {
    #[module(rename = "linear")]
    Dense { weight: Param },
}

fn main() {}
