use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    hidden: Tensor,
    letter: char,
}

fn main() {}
