use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(crate = recurve)]
    hidden: Tensor,
}

fn main() {}
