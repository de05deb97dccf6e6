use recurve::{State, Tensor};

struct Inner {
    hidden: Tensor,
}

#[derive(State)]
struct Memory {
    inner: Inner,
    cell: Tensor,
}

fn main() {}
