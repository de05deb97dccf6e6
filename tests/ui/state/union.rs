use recurve::State;

#[derive(State)]
union Memory {
    hidden: f32,
    bits: u32,
}

fn main() {}
