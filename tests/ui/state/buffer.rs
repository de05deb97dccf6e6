use recurve::{Buffer, State};

#[derive(State)]
struct Memory {
    /// The state.
    hidden: Buffer<f64>,
}

fn main() {}
