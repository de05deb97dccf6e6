use recurve::optim::{Adam, Groups, Sgd};

fn main() {
    let groups = Groups::new().group("encoder", Adam::new(1e-3)).rest(Sgd::new(0.1));
    drop(groups);
}
