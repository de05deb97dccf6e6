use recurve::State;
use recurve::Tensors;

#[derive(State)]
struct Memory<T> {
    hidden: T,
}

fn needs_tensors<S: Tensors>() {}

fn main() {
    needs_tensors::<Memory<char>>();
}
