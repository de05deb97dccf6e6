use recurve::{State, Tensor};

struct Statistics;

#[derive(State)]
struct Memory {
    hidden: Tensor,
    #[state(skip)]
    statistics: Statistics,
}

fn main() {}
