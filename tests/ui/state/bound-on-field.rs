use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    #[state(bound = "")]
    hidden: Tensor,
}

fn main() {}
