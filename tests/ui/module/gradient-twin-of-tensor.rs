use recurve::Tensor;
use recurve::value_and_grad;

fn main() {
    let weight = Tensor::from([1.0]);
    value_and_grad(&weight, |weight| Ok::<_, recurve::Error>(weight.sum())).ok();
}
