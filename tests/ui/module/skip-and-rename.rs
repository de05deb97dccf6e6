use recurve::Module;

#[derive(Module)]
struct Model {
    #[module(rename = "w")]
    #[module(skip)]
    weight: u8,
}

fn main() {}
