use recurve::Module;

#[derive(Module)]
struct Model {
    /// The weight.
    weight: Vec<_>,
}

fn main() {}
