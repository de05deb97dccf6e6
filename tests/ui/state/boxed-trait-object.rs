use recurve::{State, Tensor};

#[derive(State)]
struct Memory {
    hidden: Tensor,
    next: Box<dyn Fn() -> Tensor>,
}

fn main() {}
