//! Golden values of the layers, and of their gradients with respect to parameters and input.

use recurve::nn::{Embedding, LayerNorm};
use recurve::{Forward, Param, value_and_grad_aux};

use crate::support::Golden;

#[test]
fn layer_norm_as_in_pytorch() {
    let golden = Golden::load("layer_norm");
    let (gain, shift) = (Param::new(golden.input("weight")), Param::new(golden.input("bias")));
    let model = (LayerNorm { gain, shift, epsilon: golden.option("eps") }, Param::new(golden.input("x")));
    let gy = golden.input("gy");
    let (_, y, gradients) = value_and_grad_aux(&model, |(layer, x)| {
        let y = layer.forward(&x.get())?;
        Ok::<_, recurve::Error>(((&y * &gy).sum(), y))
    })
    .unwrap();
    golden.check("y", &y);
    golden.check("grad.weight", &gradients.get(&model.0.gain).unwrap());
    golden.check("grad.bias", &gradients.get(&model.0.shift).unwrap());
    golden.check("grad.x", &gradients.get(&model.1).unwrap());
    golden.finish(8);
}

#[test]
fn embedding_as_in_pytorch() {
    let golden = Golden::load("embedding");
    let model = Embedding { weight: Param::new(golden.input("weight")) };
    let (index, gy) = (golden.index("index"), golden.input("gy"));
    let (_, y, gradients) = value_and_grad_aux(&model, |layer| {
        let y = layer.forward(&index)?;
        Ok::<_, recurve::Error>(((&y * &gy).sum(), y))
    })
    .unwrap();
    golden.check("y", &y);
    golden.check("grad.weight", &gradients.get(&model.weight).unwrap());
    golden.finish(5);
}
