use recurve::{Module, Param};

#[derive(Module)]
enum Layer {
    Dense {
        #[module(rename = "w")]
        weight: Param,
        #[module(rename = "w")]
        bias: Param,
    },
}

fn main() {}
