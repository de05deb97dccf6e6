use recurve::Param;

fn copy(weight: &Param) -> Param {
    weight.clone()
}

fn main() {}
