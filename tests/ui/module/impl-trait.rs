use recurve::Module;

#[derive(Module)]
struct Model {
    /// The weight.
    weight: impl Clone,
}

fn main() {}
