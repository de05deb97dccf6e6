use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(skip = "yes")]
    hidden: Tensor,
}

fn main() {}
