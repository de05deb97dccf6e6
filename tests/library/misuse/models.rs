//! Models, flat vectors and gradients.

use std::collections::BTreeMap;
use std::fmt;

use recurve::{
    AnyTensor, Buffer, Error, ErrorKind, Gradients, Mapper, Module, Param, Result, Segment, Tensor, Visitor, grad,
    value_and_grad,
};

use crate::support::random;

#[derive(Module)]
struct Model {
    weight: Param<f64>,
    bias: Param<f64>,
    mean: Buffer<f64>,
}

fn model() -> Model {
    let mean = Buffer::new(random(&[3], 3));
    Model { weight: Param::new(random(&[3, 2], 1)), bias: Param::new(random(&[3], 2)), mean }
}

/// Everything that an operation on a model could change.
fn state(model: &Model) -> impl PartialEq + fmt::Debug + use<> {
    let params =
        [&model.weight, &model.bias].map(|param| (param.get(), param.id(), param.version(), param.is_frozen()));
    (params, model.mean.get(), model.mean.id())
}

/// The message of a failing attempt, after which the model is as it was.
#[track_caller]
fn refused<T>(attempt: impl FnOnce(&mut Model) -> Result<T>) -> String {
    let mut model = model();
    let before = state(&model);
    let Err(error) = attempt(&mut model) else { panic!("the attempt should fail") };
    assert_eq!(state(&model), before);
    error.to_string()
}

#[test]
fn flat_vectors_of_another_length_or_rank() {
    let attempt = |flat: Tensor<f64>| refused(|m| m.flatten::<f64>()?.1.restructure(&flat));
    let too_short = "restructure: the model has 9 trainable elements, found a vector of 8";
    assert_eq!(attempt(Tensor::zeros([8])), too_short);
    let too_long = "restructure: the model has 9 trainable elements, found a vector of 10";
    assert_eq!(attempt(Tensor::zeros([10])), too_long);
    let wrong_rank = "restructure: `flat` should have shape [9], found [3, 3]";
    assert_eq!(attempt(Tensor::zeros([3, 3])), wrong_rank);
    let scalar = "restructure: `flat` should have shape [9], found []";
    assert_eq!(attempt(Tensor::scalar(1.0)), scalar);
    let buffer = "flatten_into: the model has 9 trainable elements, found a vector of 4";
    assert_eq!(refused(|m| m.flatten_into(&mut [0.0_f64; 4])), buffer);
}

#[test]
fn flat_vectors_that_are_too_narrow() {
    let expected = "weight: the parameter has elements of type f64, for which a vector of f32 is too narrow; use a \
                    vector of f64";
    assert_eq!(refused(|m| m.flatten::<f32>()), expected);
    assert_eq!(refused(|m| m.flatten_into(&mut [0.0_f32; 9])), expected);
    assert_eq!(refused(|m| m.flatten::<f64>()?.1.restructure(&Tensor::<f32>::zeros([9]))), expected);
    assert_eq!(refused(|m| Gradients::from_flat(m, &Tensor::<f32>::zeros([9]))), expected);
    assert_eq!(refused(|m| Gradients::none(m)?.flatten::<f32>()), expected);
    // A model that is a single parameter has no path to name.
    let error = Param::new(Tensor::<f64>::zeros([2])).flatten::<f32>().unwrap_err();
    assert!(error.to_string().starts_with("the parameter has elements of type f64"), "{error}");
}

#[test]
fn losses_that_cannot_be_differentiated() {
    let outer = model();
    let independent = "value_and_grad: the loss does not depend on a trainable parameter of the model; use the \
                       closure's argument inside the closure, not the outer model, and no step without a derivative \
                       (`detach`, `argmax`, a comparison) on the way";
    assert_eq!(refused(|m| value_and_grad(&*m, |_| Ok::<_, Error>(outer.bias.get().sum()))), independent);
    assert_eq!(refused(|m| value_and_grad(&*m, |m| Ok::<_, Error>(m.bias.get().detach().sum()))), independent);
    assert_eq!(refused(|m| value_and_grad(&*m, |m| Ok::<_, Error>(m.mean.get().sum()))), independent);
    let axes = "value_and_grad: the loss should be a single number, found shape [3]; reduce it with `.mean()` or \
                `.sum()`";
    assert_eq!(refused(|m| value_and_grad(&*m, |m| Ok::<_, Error>(m.bias.get()))), axes);
    let one = "value_and_grad: the loss should be a single number, found shape [1]; reduce it with `.mean()` or \
               `.sum()`";
    assert_eq!(refused(|m| grad(&*m, |m| Ok::<_, Error>(m.bias.get().slice(0, 0..1)))), one);
}

#[test]
fn models_with_nothing_to_train() -> Result<()> {
    let expected =
        "value_and_grad: the model has no parameter that is not frozen, so there is nothing to differentiate";
    let empty = ((), "name", Buffer::new(random(&[2], 1)));
    let error = grad(&empty, |m| Ok::<_, Error>(m.2.get().sum())).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Gradient, expected));
    let mut frozen = model();
    assert_eq!(frozen.freeze("**")?, 2);
    let error = grad(&frozen, |m| Ok::<_, Error>(m.bias.get().sum())).unwrap_err();
    assert_eq!(error.to_string(), expected);
    Ok(())
}

#[test]
fn values_of_another_shape_or_type() {
    let shape = "Param::set: `value` should have shape [3, 2], found [2, 3]";
    assert_eq!(refused(|m| m.weight.set(Tensor::zeros([2, 3]))), shape);
    let turned = "Param::set: `value` should have shape [2, 3], found [3, 2]";
    assert_eq!(refused(|m| m.weight.share_transposed().set(Tensor::zeros([3, 2]))), turned);
    let buffer = "Buffer::set: `value` should have shape [3], found [3, 1]";
    assert_eq!(refused(|m| m.mean.set(Tensor::zeros([3, 1]))), buffer);
    let with_path = "bias: Param::set: `value` should have shape [3], found [4]";
    assert_eq!(refused(|m| m.trainables_mut()?[1].set(Tensor::<f64>::zeros([4]))), with_path);
    let dtype = "bias: Param::set: expected elements of type f64, found f32";
    assert_eq!(refused(|m| m.trainables_mut()?[1].set(Tensor::<f32>::zeros([3]))), dtype);
}

#[test]
#[should_panic(expected = "share_transposed: expected a matrix, found shape [3]")]
fn transposed_handles_of_what_is_no_matrix() {
    let _ = model().bias.share_transposed();
}

#[test]
fn map_keys_that_cannot_be_part_of_a_path() {
    let with_key = |key: &str| vec![BTreeMap::from([(key.to_owned(), model().bias)])];
    let dot = "0.low.high: the map key \"low.high\" contains a dot; paths need keys that are names without a dot";
    let empty = "0.: the map key \"\" is empty; paths need keys that are names without a dot";
    for (key, expected) in [("low.high", dot), ("", empty)] {
        let mut model = with_key(key);
        assert_eq!(model.parameters().unwrap_err().to_string(), expected);
        assert_eq!(model.summary().unwrap_err().to_string(), expected);
        assert_eq!(model.flatten::<f64>().unwrap_err().to_string(), expected);
        assert_eq!(model.freeze("**").unwrap_err().to_string(), expected);
        assert_eq!(model.cast::<f32>().map(|_: Vec<_>| ()).unwrap_err().to_string(), expected);
        let error = grad(&model, |m| Ok::<_, Error>(m[0][key].get().sum())).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!model[0][key].is_frozen());
    }
}

/// A traversal by hand that gives two children one name.
struct Twins(Param<f64>, Param<f64>);

impl Module for Twins {
    fn visit(&self, visitor: &mut dyn Visitor) {
        for param in [&self.0, &self.1] {
            visitor.enter(Segment::Field("weight"), false);
            param.visit(visitor);
            visitor.leave();
        }
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        let mut child = |param: &Param<f64>| {
            mapper.enter(Segment::Field("weight"), false);
            let mapped = param.rebuild(mapper);
            mapper.leave();
            mapped
        };
        Self(child(&self.0), child(&self.1))
    }
}

#[test]
fn two_parameters_of_one_path() -> Result<()> {
    let expected = "weight: two parameters have this path; rename a field or a map key";
    let model = Twins(Param::new(random(&[2], 1)), Param::new(random(&[2], 2)));
    assert_eq!(model.parameters().unwrap_err().to_string(), expected);
    assert_eq!(model.flatten::<f64>().unwrap_err().to_string(), expected);
    assert_eq!(Gradients::none(&model).unwrap_err().to_string(), expected);
    // Gradients go by identity; only a path cannot tell the two apart.
    let mut gradients = grad(&model, |m| Ok::<_, Error>((m.0.get() * m.1.get()).sum()))?;
    assert_eq!(gradients.get(&model.0).unwrap(), model.1.get());
    assert_eq!(gradients.by_path("weight").unwrap_err().to_string(), expected);
    assert_eq!(gradients.set("weight", None).unwrap_err().to_string(), expected);
    Ok(())
}

#[test]
fn lists_of_gradients_that_do_not_fit() {
    let attempt = |list: Vec<Option<AnyTensor>>| refused(|m| Gradients::from_list(m, list));
    let full = |shape: &[usize]| Some(AnyTensor::from(Tensor::<f64>::ones(shape)));
    let number = "Gradients::from_list: expected one entry for each of 2 trainable parameters, found 1";
    assert_eq!(attempt(vec![full(&[3, 2])]), number);
    let more = "Gradients::from_list: expected one entry for each of 2 trainable parameters, found 3";
    assert_eq!(attempt(vec![None, None, None]), more);
    let shape = "bias: `gradient` should have shape [3], found [2]";
    assert_eq!(attempt(vec![full(&[3, 2]), full(&[2])]), shape);
    let dtype = "bias: expected a gradient of type f64, found f32";
    assert_eq!(attempt(vec![None, Some(Tensor::<f32>::ones([3]).into())]), dtype);
    let short = "Gradients::from_flat: `flat` should have shape [9], found [8]";
    assert_eq!(refused(|m| Gradients::from_flat(m, &Tensor::<f64>::zeros([8]))), short);
    let rank = "Gradients::from_flat: `flat` should have shape [9], found [9, 1]";
    assert_eq!(refused(|m| Gradients::from_flat(m, &Tensor::<f64>::zeros([9, 1]))), rank);
}

#[test]
fn paths_of_gradients_that_do_not_exist() {
    let none = "mean: no trainable parameter has this as its first path; there are `weight`, `bias`";
    assert_eq!(refused(|m| Gradients::none(m)?.by_path("mean").map(|_| ())), none);
    assert_eq!(refused(|m| Gradients::none(m)?.set("mean", None)), none);
    let shape = "weight: `gradient` should have shape [3, 2], found [2, 3]";
    let value = || Some(Tensor::<f64>::zeros([2, 3]).into());
    assert_eq!(refused(|m| Gradients::none(m)?.set("weight", value())), shape);
}

#[test]
fn models_of_gradients_with_other_parameters_or_sharing() {
    let number = |value: f64| Param::new(Tensor::full([2, 2], value));
    let weight = number(1.0);
    let tied = vec![weight.share(), weight.share_transposed(), number(2.0)];
    let message = |values: Vec<Param<f64>>| Gradients::from_model(&tied, &values).unwrap_err().to_string();
    assert_eq!(
        message(vec![number(1.0), number(2.0), number(3.0)]),
        "Gradients::from_model: the model of gradients should have `0` (shared with 1 transposed) here, found `0`"
    );
    assert_eq!(
        message(vec![weight.share(), weight.share(), number(3.0)]),
        "Gradients::from_model: the model of gradients should have `0` (shared with 1 transposed) here, found `0` \
         (shared with 1)"
    );
    assert_eq!(
        message(vec![weight.share(), weight.share_transposed()]),
        "Gradients::from_model: the model of gradients should have `2` here, found no further parameter"
    );
    let longer = vec![weight.share(), weight.share_transposed(), number(1.0), number(2.0)];
    assert_eq!(
        message(longer),
        "Gradients::from_model: the model of gradients should have no further parameter here, found `3`"
    );
}

#[derive(Module)]
struct PartlyFrozen {
    #[module(frozen)]
    table: Param<f64>,
    weight: Param<f64>,
}

#[test]
fn patterns_that_match_nothing_or_what_cannot_be_thawed() -> Result<()> {
    let nothing = "freeze: no parameter matches \"wieght\"; there are `weight`, `bias`";
    assert_eq!(refused(|m| m.freeze("wieght")), nothing);
    assert_eq!(refused(|m| m.thaw("mean")), "thaw: no parameter matches \"mean\"; there are `weight`, `bias`");
    assert_eq!(refused(|m| m.freeze("")), "freeze: no parameter matches \"\"; there are `weight`, `bias`");
    let layer = |seed| PartlyFrozen { table: Param::new(random(&[2], seed)), weight: Param::new(random(&[3], seed)) };
    let mut model: Vec<PartlyFrozen> = (0..5).map(layer).collect();
    assert_eq!(
        model.freeze("layer").unwrap_err().to_string(),
        "freeze: no parameter matches \"layer\"; there are `0.table`, `0.weight`, `1.table`, `1.weight`, `2.table`, \
         `2.weight`, `3.table`, `3.weight` and 2 more"
    );
    model.freeze("*.weight")?;
    let fixed = "thaw: `0.table` is frozen by its attribute `#[module(frozen)]`; remove it to train";
    assert_eq!(model.thaw("**").unwrap_err().to_string(), fixed);
    assert!(model.iter().all(|layer| layer.weight.is_frozen()), "all or nothing");
    assert_eq!(model.thaw("*.weight")?, 5);
    Ok(())
}

/// A program's own error, into which the library's fits.
#[derive(Debug, PartialEq)]
enum Failure {
    Library(String),
    TooHot(i32),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error.to_string())
    }
}

#[test]
fn closures_with_an_error_type_of_their_own() {
    let model = model();
    let before = state(&model);
    let own = value_and_grad(&model, |m| {
        let loss = m.bias.get().sum();
        if loss.is_tracked() { Err(Failure::TooHot(40)) } else { Ok(loss) }
    });
    assert_eq!(own.unwrap_err(), Failure::TooHot(40));
    let inner = value_and_grad(&model, |m| {
        let y = m.bias.get().try_matmul(&m.weight.get().transpose(0, 1))?;
        Ok::<_, Failure>(y.sum())
    });
    assert!(matches!(inner.unwrap_err(), Failure::Library(message) if message.starts_with("matmul")));
    let ours = value_and_grad(&model, |m| Ok::<_, Failure>(m.bias.get()));
    assert!(matches!(ours.unwrap_err(), Failure::Library(message) if message.contains("single number")));
    assert_eq!(state(&model), before);
}
