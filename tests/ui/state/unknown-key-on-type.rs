use recurve::{State, Tensor};

#[derive(State)]
#[state(zeros)]
struct Memory {
    hidden: Tensor,
}

fn main() {}
