use recurve::{State, Tensor};

#[derive(State)]
#[state()]
struct Memory {
    hidden: Tensor,
}

fn main() {}
