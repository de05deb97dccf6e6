use recurve::recurrent;

recurrent! {}

fn main() {}
