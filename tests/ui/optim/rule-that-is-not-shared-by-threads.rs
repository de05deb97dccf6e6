use recurve::optim::{Rule, Scope};
use recurve::{Float, Tensor};
use std::cell::Cell;

struct Counting(Cell<usize>);

impl Rule for Counting {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], _: &mut [F], _: &Scope<'_>) {
        self.0.set(self.0.get() + 1);
    }
}

fn main() {}
