use recurve::{Module, Param};
use std::sync::Mutex;

#[derive(Module)]
struct Model {
    weight: Mutex<Param>,
}

fn main() {}
