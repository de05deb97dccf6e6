use recurve::Tensor;

struct Series {
    bytes: Tensor<u8>,
}

fn main() {}
