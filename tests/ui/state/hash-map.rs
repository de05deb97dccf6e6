use recurve::{State, Tensor};
use std::collections::HashMap;

#[derive(State)]
struct Memory {
    hidden: HashMap<String, Tensor>,
}

fn main() {}
