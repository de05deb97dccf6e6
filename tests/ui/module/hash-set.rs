use recurve::Module;
use std::collections::HashSet;

#[derive(Module)]
struct Model {
    weight: HashSet<String>,
}

fn main() {}
