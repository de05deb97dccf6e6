use recurve::{State, Tensor};

#[derive(State)]
#[state(bound = "T:: Tensors")]
struct Memory {
    hidden: Tensor,
}

fn main() {}
