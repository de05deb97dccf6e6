use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    hidden: Tensor,
    steps: usize,
}

fn main() {}
