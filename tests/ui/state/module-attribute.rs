use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[module(skip)]
    hidden: Tensor,
}

fn main() {}
