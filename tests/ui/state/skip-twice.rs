use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(skip)]
    #[state(skip)]
    hidden: Tensor,
}

fn main() {}
