use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state]
    hidden: Tensor,
}

fn main() {}
