use recurve::{Module, Param};
use std::cell::RefCell;

#[derive(Module)]
struct Model {
    weight: RefCell<Param>,
}

fn main() {}
