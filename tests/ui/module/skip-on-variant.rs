use recurve::{Module, Param};

#[derive(Module)]
enum Layer {
    Dense(Param),
    #[module(skip)]
    Off,
}

fn main() {}
