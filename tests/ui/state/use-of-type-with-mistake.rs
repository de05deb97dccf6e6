use recurve::Tensors;
use recurve::{State, Tensor};

#[derive(State)]
enum Memory {
    Full(Tensor),
}

fn boundary(memory: &Memory) -> Memory {
    memory.detach()
}

fn main() {}
