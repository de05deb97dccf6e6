//! Two models side by side: what is paired, what is made of pairs, and what is refused.

use std::collections::BTreeMap;

use crate::{Buffer, Leaf, Module, Param, Result, Tensor, grad};

/// A matrix used three times, once transposed, and a buffer.
#[derive(Module)]
struct Model {
    weight: Param<f64>,
    inner: (Param<f64>, Vec<Param<f64>>),
    mean: Buffer<f64>,
}

fn model(scale: f64) -> Model {
    let weight = Param::new(Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]) * scale);
    let inner = (weight.share_transposed(), vec![weight.share(), Param::new(Tensor::from([7.0, 8.0]) * scale)]);
    Model { weight, inner, mean: Buffer::new(Tensor::from([scale])) }
}

#[test]
fn pairs_come_once_for_each_parameter() -> Result<()> {
    let (first, second) = (model(1.0), model(-2.0));
    let pairs = first.zip(&second)?;
    let paths: Vec<&str> = pairs.iter().map(|pair| pair.path()).collect();
    assert_eq!(paths, ["weight", "inner.1.1"]);
    assert_eq!((pairs[1].first().id(), pairs[1].second().id()), (first.inner.1[1].id(), second.inner.1[1].id()));
    let (own, other) = pairs[1].values::<f64>().unwrap();
    assert_eq!((own.to_vec(), other.to_vec()), (vec![7.0, 8.0], vec![-14.0, -16.0]));
    assert!(pairs[0].values::<f32>().is_none());
    Ok(())
}

#[test]
fn what_is_made_of_two_models_keeps_ties_marks_and_buffers() -> Result<()> {
    let (mut first, second) = (model(1.0), model(3.0));
    first.freeze("inner.1.1")?;
    let mut seen = Vec::new();
    let between = first.zip_with(&second, |path, a: &Tensor<f64>, b: &Tensor<f64>| {
        seen.push(path.to_owned());
        a * 0.5 + b * 0.5
    })?;
    assert_eq!(seen, ["weight", "inner.1.1"]);
    assert_eq!(between.weight.get(), model(2.0).weight.get());
    assert_eq!(between.inner.0.get(), between.weight.get().transpose(0, 1));
    assert_eq!((between.inner.0.id(), between.inner.1[0].id()), (between.weight.id(), between.weight.id()));
    assert_ne!(between.weight.id(), first.weight.id());
    assert!(between.inner.1[1].is_frozen() && !between.weight.is_frozen());
    assert_eq!(between.inner.1[1].get().to_vec(), [14.0, 16.0]);
    assert_eq!(between.mean.id(), first.mean.id());
    Ok(())
}

#[test]
fn a_matrix_that_was_made_the_other_way_round_is_turned() -> Result<()> {
    let upright = Param::new(Tensor::from([[1.0_f64, 2.0]]));
    let turned = Param::new(Tensor::from([[3.0_f64], [4.0]])).share_transposed();
    let sum = upright.zip_with(&turned, |_, a: &Tensor<f64>, b: &Tensor<f64>| a + b)?;
    assert_eq!(sum.get(), Tensor::from([[4.0, 6.0]]));
    let (_, second) = upright.zip(&turned)?[0].values::<f64>().unwrap();
    assert_eq!(second, Tensor::from([[3.0, 4.0]]));
    Ok(())
}

#[test]
fn a_distance_has_a_gradient() -> Result<()> {
    let (first, second) = (model(1.0), model(2.0));
    let gradients = grad(&first, |m| {
        let mut distance = Tensor::scalar(0.0);
        for pair in m.zip(&second)? {
            let (own, other) = pair.values::<f64>().unwrap();
            distance = distance + (own - other).square().sum();
        }
        Ok::<_, crate::Error>(distance)
    })?;
    assert_eq!(gradients.get(&first.weight).unwrap(), first.weight.get() * -2.0);
    let doubled = |m: &Model| m.map_params(|_, value: &Tensor<f64>| value * 2.0);
    let gradients = grad(&first, |m| Ok::<_, crate::Error>(doubled(m)?.inner.0.get().sum()))?;
    assert_eq!(gradients.get(&first.weight).unwrap().to_vec(), [2.0; 6]);
    Ok(())
}

#[test]
fn models_that_do_not_match_are_refused() -> Result<()> {
    let param = |size: usize| Param::new(Tensor::<f64>::zeros([size]));
    let error = |first: &Vec<Param<f64>>, second: &Vec<Param<f64>>| first.zip(second).unwrap_err().to_string();
    assert_eq!(
        error(&vec![param(2), param(2)], &vec![param(2)]),
        "zip: the second model should have `1` here, found no further parameter"
    );
    let shared = param(2);
    assert_eq!(
        error(&vec![shared.share(), shared], &vec![param(2), param(2)]),
        "zip: the second model should have `0` (shared with 1) here, found `0`"
    );
    let shape = error(&vec![param(2)], &vec![param(3)]);
    assert!(
        shape.starts_with("0") && shape.ends_with("`the second model` should have shape [2], found [3]"),
        "{shape}"
    );
    Ok(())
}

#[derive(Module)]
enum Either {
    Single(Param<f32>),
    Double(Param<f64>),
}

#[test]
fn other_types_and_shapes_are_refused() -> Result<()> {
    let both = |single: bool| match single {
        true => (Either::Single(Param::new(Tensor::zeros([1]))),),
        false => (Either::Double(Param::new(Tensor::zeros([1]))),),
    };
    assert!(both(true).zip(&both(false)).is_err());
    let error = both(true).map_params(|_, value: &Tensor<f64>| value.clone()).map(drop).unwrap_err();
    let expected =
        "0.Single.0: expected elements of type f64, found f32; `map_params` works on models of one element type";
    assert_eq!(error.to_string(), expected);
    let error = model(1.0).map_params(|_, _: &Tensor<f64>| Tensor::zeros([2])).map(drop).unwrap_err();
    assert!(error.to_string().ends_with("`the result` should have shape [2, 3], found [2]"), "{error}");
    Ok(())
}

#[test]
fn a_walk_sees_every_handle_with_its_path() -> Result<()> {
    let mut seen = Vec::new();
    model(1.0).walk(|path, leaf| {
        let kind = match leaf {
            Leaf::ParamHandle(param) => format!("{param:?}"),
            Leaf::BufferHandle(buffer) => format!("{buffer:?}"),
        };
        seen.push(format!("{path}: {kind}"));
    })?;
    let expected = [
        "weight: F64(Param<f64> [2, 3])",
        "inner.0: F64(Param<f64> [3, 2] transposed)",
        "inner.1.0: F64(Param<f64> [2, 3])",
        "inner.1.1: F64(Param<f64> [2])",
        "mean: F64(Buffer<f64> [1])",
    ];
    assert_eq!(seen, expected);
    let map = BTreeMap::from([("a.b".to_owned(), Param::new(Tensor::<f32>::zeros([1])))]);
    assert!(map.walk(|_, _| ()).is_err());
    Ok(())
}
