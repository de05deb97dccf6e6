use recurve::Module;

#[derive(Module)]
struct Model {
    #[module(skip, skip)]
    weight: u8,
}

fn main() {}
