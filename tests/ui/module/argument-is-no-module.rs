use recurve::Module;

struct Linear;

#[derive(Module)]
struct Model<A> {
    layer: A,
}

fn needs_module<M: Module>() {}

fn main() {
    needs_module::<Model<Linear>>();
}
