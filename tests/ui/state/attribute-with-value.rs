use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state = "skip"]
    hidden: Tensor,
}

fn main() {}
