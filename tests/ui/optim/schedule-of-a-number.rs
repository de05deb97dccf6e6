use recurve::optim::schedule::{Constant, Schedule};

fn main() {
    let schedule = Constant::new(0.1).then(10, 0.01);
    assert_eq!(schedule.at(11), 0.01);
}
