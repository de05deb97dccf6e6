use recurve::{Param, State, Tensor};

#[derive(State)]
struct Memory {
    /// The state.
    hidden: (Tensor, Param),
}

fn main() {}
