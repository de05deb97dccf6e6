use recurve::{Float, Module, Param};

struct Statistics;

#[derive(Module)]
struct Model<F: Float> {
    weight: Param<F>,
    #[module(skip)]
    statistics: Statistics,
}

fn main() {}
