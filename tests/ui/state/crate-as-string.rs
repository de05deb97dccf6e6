use recurve::{State, Tensor};

#[derive(State)]
#[state(crate = "recurve")]
struct Memory {
    hidden: Tensor,
}

fn main() {}
