use recurve::{State, Tensor};
use std::sync::Arc;

#[derive(State)]
struct Memory {
    hidden: Arc<Tensor>,
}

fn main() {}
