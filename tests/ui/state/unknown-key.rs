use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(frozen)]
    hidden: Tensor,
}

fn main() {}
