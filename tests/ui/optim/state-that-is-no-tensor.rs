use recurve::optim::{Rule, Scope};
use recurve::{Float, Tensor};

struct Mine;
struct Velocity(Vec<f64>);

impl Rule for Mine {
    type State<F: Float> = Velocity;

    fn init<F: Float>(&self, value: &Tensor<F>) -> Velocity {
        Velocity(vec![0.0; value.count()])
    }

    fn apply<F: Float>(&self, _: &mut Velocity, _: &[F], _: &mut [F], _: &Scope<'_>) {}
}

fn main() {}
