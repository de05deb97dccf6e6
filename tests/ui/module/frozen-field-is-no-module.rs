use recurve::Module;

struct Linear;

#[derive(Module)]
struct Model(#[module(frozen)] Linear);

fn main() {}
