use recurve::Module;

#[derive(Module)]
#[module(bound = "A: Copy")]
struct Model<A> {
    layer: A,
}

fn main() {}
