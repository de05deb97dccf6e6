use recurve::optim::{Rule, Scope};
use recurve::{Float, Tensor};

struct Mine;

impl Rule for Mine {
    type State<F: Float> = Vec<f64>;

    fn init<F: Float>(&self, _: &Tensor<F>) -> Vec<f64> {
        Vec::new()
    }

    fn apply<F: Float>(&self, _: &mut Vec<f64>, _: &[F], _: &mut [F], _: &Scope<'_>) {}
}

fn main() {}
