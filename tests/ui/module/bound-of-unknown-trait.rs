use recurve::Module;

#[derive(Module)]
#[module(bound = "A: Layer")]
struct Model<A> {
    #[module(skip)]
    layer: fn() -> A,
}

fn main() {}
