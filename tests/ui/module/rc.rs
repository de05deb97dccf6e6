use recurve::{Module, Param};
use std::rc::Rc;

#[derive(Module)]
struct Model {
    weight: Rc<Param>,
}

fn main() {}
