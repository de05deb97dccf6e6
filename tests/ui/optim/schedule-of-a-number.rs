use recurve::optim::schedule::{Constant, Schedule};

fn main() {
    let schedule = Constant::new(0.1).then(10, 0.01);
    drop(schedule);
}
