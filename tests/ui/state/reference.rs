use recurve::{State, Tensor};

#[derive(State)]
struct Memory<'a>(&'a Tensor);

fn main() {}
