use recurve::Module;

#[derive(Module)]
#[module(bound = "A + Module")]
struct Model<A> {
    layer: A,
}

fn main() {}
