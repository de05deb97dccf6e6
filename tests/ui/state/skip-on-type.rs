use recurve::{State, Tensor};

#[derive(State)]
#[state(skip)]
struct Memory {
    hidden: Tensor,
}

fn main() {}
