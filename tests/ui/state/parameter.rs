use recurve::{Param, State};

#[derive(State)]
struct Memory {
    /// The state.
    hidden: Param,
}

fn main() {}
