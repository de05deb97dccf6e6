use recurve::{Module, Param};

#[derive(Module)]
struct Even<A>(A, Option<Box<Odd<A>>>);

#[derive(Module)]
struct Odd<A>(A, Option<Box<Even<A>>>);

fn needs_module<M: Module>() {}

fn main() {
    needs_module::<Even<Param>>();
}
