use recurve::State;
use recurve::Tensors;

#[derive(State)]
#[state(bounds = "")]
struct Memory<T: Clone>(T)
where
    T: Tensors;

fn boundary<T: Clone + Tensors>(memory: &Memory<T>) -> Memory<T> {
    memory.detach()
}

fn main() {}
