use recurve::Module;

struct Label;

#[derive(Module)]
struct Model<A> {
    #[module(skip)]
    label: A,
}

fn needs_module<M: Module>() {}

fn main() {
    needs_module::<Model<Label>>();
}
