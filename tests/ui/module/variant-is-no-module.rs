use recurve::{Module, Param};

struct Linear;

#[derive(Module)]
enum Layer {
    Dense { inner: Linear },
    Flat(Param),
}

fn main() {}
