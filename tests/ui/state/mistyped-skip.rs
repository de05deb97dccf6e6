use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(skipped)]
    hidden: Tensor,
}

fn main() {}
