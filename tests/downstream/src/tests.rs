//! What the derives make of the models.

use crate::model::{Activation, Dense, Memory, Network};
use neural::{Error, Float, Module, Param, Tensor, Tensors, value_and_grad};
use std::collections::BTreeMap;

fn dense<F: Float>(bias: Option<Param<F>>) -> Dense<F> {
    Dense { weight: Param::new(Tensor::ones([2, 2])), bias }
}

fn network() -> Network<f32, Dense> {
    let leaky = Activation::Leaky { slope: Param::new(Tensor::ones([1])) };
    let bias = Param::new(Tensor::zeros([2]));
    Network {
        layers: vec![(dense(Some(bias)), Activation::Identity), (dense(None), leaky)],
        others: BTreeMap::from([(String::from("first"), dense(None))]),
        scale: Param::new(Tensor::ones([1])),
        description: String::from("two layers"),
    }
}

#[test]
fn names_follow_the_declaration() -> Result<(), Error> {
    let model = network();
    let parameters = model.parameters()?;
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    let expected = [
        "layers.0.0.weight",
        "layers.0.0.bias",
        "layers.1.0.weight",
        "layers.1.1.Leaky.slope",
        "experts.first.weight",
        "scale",
    ];
    assert_eq!(names, expected);
    assert_eq!(model.trainables()?.len(), 5);
    assert_eq!(model.count(), 4 + 2 + 4 + 1 + 4 + 1);
    Ok(())
}

#[test]
fn a_cast_follows_the_float_only() -> Result<(), Error> {
    let double: Network<f64, u8> = {
        let Network { layers, scale, description, .. } = network();
        Network { layers, others: BTreeMap::new(), scale, description }.cast::<f64>()?
    };
    assert_eq!(double.description, "two layers");
    assert_eq!(double.layers[0].0.weight.get().as_slice(), [1.0_f64; 4]);
    Ok(())
}

#[test]
fn gradients_reach_derived_models() -> Result<(), Error> {
    let model = dense::<f64>(None);
    let (loss, gradients) = value_and_grad(&model, |model| Ok::<_, Error>(model.weight.get().sum()))?;
    assert_eq!(loss.item(), 4.0);
    assert_eq!(gradients.get(&model.weight).map(|gradient| gradient.as_slice().to_vec()), Some(vec![1.0; 4]));
    Ok(())
}

#[test]
fn states_are_rebuilt() {
    let ones = || Tensor::<f32>::ones([1, 2]);
    let state = Memory { hidden: ones(), trace: (ones(), ones()), steps: 7 };
    let detached = state.detach();
    assert_eq!(detached.steps, 7);
    assert_eq!(detached.trace.1.as_slice(), [1.0, 1.0]);
}
