use recurve::{Module, Param};
use std::collections::HashMap;

#[derive(Module)]
struct Model {
    weight: HashMap<String, Param>,
}

fn main() {}
