use recurve::{State, Tensor};

#[derive(State)]
enum Memory {
    Empty,
    Full(Tensor),
}

fn main() {}
