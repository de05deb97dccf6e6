use recurve::Module;

#[derive(Module)]
struct Model {
    #[module(skip, frozen)]
    weight: u8,
}

fn main() {}
