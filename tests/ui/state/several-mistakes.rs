use recurve::{Param, State, Tensor};

#[derive(State)]
#[state(skip, crate = "recurve")]
struct Memory {
    #[state(skpi)]
    hidden: Tensor,
    #[state()]
    weight: Param,
    #[state(skip = true)]
    shared: Box<dyn Fn()>,
}

fn main() {}
