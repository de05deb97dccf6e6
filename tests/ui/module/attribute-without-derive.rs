use recurve as _;

struct Model {
    #[module(skip)]
    size: usize,
}

fn main() {}
