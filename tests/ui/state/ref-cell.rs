use recurve::{State, Tensor};
use std::cell::RefCell;

#[derive(State)]
struct Memory(RefCell<Tensor>);

fn main() {}
