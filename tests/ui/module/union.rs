use recurve::Module;

#[derive(Module)]
union Model {
    weight: f32,
    bits: u32,
}

fn main() {}
