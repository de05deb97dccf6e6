//! Every operation's derivative against differences, and wrong derivatives on purpose, which must be noticed.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{Case, cases};
use super::hooks::{Sabotage, recorded_during};
use super::samples::names;
use crate::ops::rules::WITHOUT_GRADIENT;
use crate::{AnyTensor, Error, ErrorKind, Param, Result, Tensor, grad};

type Function = fn(Tensor<f64>) -> Tensor<f64>;

fn name(case: &Case) -> String {
    format!("{} {}", case.op, case.what)
}

#[test]
fn every_operation_has_a_case_that_records_it() {
    let mut covered: BTreeSet<&str> = WITHOUT_GRADIENT.into_iter().chain(["cast"]).collect();
    for case in cases() {
        let recorded = recorded_during(|| drop(grad(&case.model(), |model| Ok::<_, Error>(case.loss(model)))));
        assert!(recorded.contains_key(case.op), "the case `{}` records {:?}", name(&case), recorded.keys());
        covered.insert(case.op);
    }
    assert_eq!(covered, names());
}

#[test]
fn gradients_agree_with_differences() {
    for case in cases() {
        case.first_order().unwrap_or_else(|error| panic!("{}: {error}", name(&case)));
    }
}

#[test]
fn gradients_of_gradients_agree_with_differences() {
    for case in cases() {
        case.second_order().unwrap_or_else(|error| panic!("{}: {error}", name(&case)));
    }
}

/// Nested sweeps place parts by operations of their own, which no other way of writing a model records.
#[test]
fn nested_sweeps_record_the_transposes_of_slices_and_selections() {
    for (op, transpose) in [("slice", "pad"), ("index_select", "index_add")] {
        let case = cases().into_iter().find(|case| case.op == op).expect("every operation has a case");
        let recorded = recorded_during(|| drop(case.second_order()));
        assert!(recorded.contains_key(transpose), "{op}: {:?}", recorded.keys());
    }
}

#[test]
fn wrong_derivatives_are_noticed() {
    let mut by_operation = BTreeMap::<&str, Vec<Case>>::new();
    for case in cases() {
        by_operation.entry(case.op).or_default().push(case);
    }
    for (op, cases) in by_operation {
        let run = || cases.iter().for_each(|case| drop(case.first_order()));
        let inputs = recorded_during(run)[op].inputs;
        for (input, factor) in (0..inputs).flat_map(|input| [(input, -1.0), (input, 1.5)]) {
            let sabotage = Sabotage { op, input, factor };
            let noticed = sabotage.during(|| cases.iter().any(|case| case.first_order().is_err()));
            assert!(noticed, "no case fails under {sabotage:?}");
        }
    }
}

/// One conversion in each direction. Every number here is a small dyadic one, so that neither type rounds.
fn cast_gradients() -> Result<[Vec<f64>; 2]> {
    let down = Param::new(Tensor::from([0.5_f64, -1.25, 2.0]));
    let to_f32 = |x: &Param<f64>| Ok((x.get().cast::<f32>().square() * Tensor::from([1.5, -2.0, 0.25])).sum());
    let up = Param::new(Tensor::from([0.5_f32, -1.25, 2.0]));
    let to_f64 = |x: &Param<f32>| Ok((x.get().cast::<f64>().square() * Tensor::from([1.5, -2.0, 0.25])).sum());
    let gradients = [grad::<_, _, Error>(&down, to_f32)?, grad(&up, to_f64)?];
    Ok(gradients.map(|gradients| gradients.iter().next().unwrap().1.unwrap().to_f64_vec()))
}

#[test]
fn gradients_pass_conversions() -> Result<()> {
    let expected = [1.5, 5.0, 1.0];
    assert_eq!(cast_gradients()?, [expected, expected]);
    for factor in [-1.0, 1.5] {
        let wrong = Sabotage { op: "cast", input: 0, factor }.during(cast_gradients)?;
        assert!(wrong.iter().all(|wrong| *wrong != expected), "the factor {factor} is not noticed: {wrong:?}");
    }
    Ok(())
}

/// A detour through f32 costs the digits that f32 lacks, and no more.
#[test]
fn gradients_survive_a_detour_through_single_precision() -> Result<()> {
    let x = Param::new(Tensor::from([0.3, -1.1, 2.7]));
    let direct = grad(&x, |x| Ok::<_, Error>(x.get().tanh().sum()))?.get(&x).unwrap();
    let detour = grad(&x, |x| Ok::<_, Error>(x.get().cast::<f32>().tanh().cast::<f64>().sum()))?.get(&x).unwrap();
    let difference = (direct - detour).abs().max().item();
    assert!(difference > 0.0 && difference < 1e-6, "{difference}");
    Ok(())
}

#[test]
fn gradients_of_gradients_pass_conversions() -> Result<()> {
    let x = Param::new(Tensor::from([0.5, -1.25, 2.0]));
    let cubes = |x: &Param<f64>| Ok::<_, Error>(x.get().cast::<f32>().powf(3.0).cast::<f64>().sum());
    let squared_slopes = |x: &Param<f64>| Ok::<_, Error>(grad(x, cubes)?.get(x).unwrap().square().sum());
    // (3 x²)² has the derivative 36 x³.
    let found = grad(&x, squared_slopes)?.get(&x).unwrap();
    assert_eq!(found.to_vec(), [4.5, -70.3125, 288.0]);
    Ok(())
}

#[test]
fn gradients_have_the_type_of_their_parameter() -> Result<()> {
    let model = (Param::new(Tensor::from([1.5_f32, 2.0])), Param::new(Tensor::from([0.5_f64, 3.0])));
    let gradients = grad(&model, |(x, y)| Ok::<_, Error>((x.get().cast::<f64>() * y.get()).sum()))?;
    assert_eq!(gradients.by_id(model.0.id()), Some(&AnyTensor::from(Tensor::from([0.5_f32, 3.0]))));
    assert_eq!(gradients.by_id(model.1.id()), Some(&AnyTensor::from(Tensor::from([1.5_f64, 2.0]))));
    Ok(())
}

#[test]
fn operations_without_gradient_refuse_one_and_say_what_to_write() {
    let operations: [(&str, Function); 2] = [("sign", |x| x.sign()), ("floor", |x| x.floor())];
    assert_eq!(operations.map(|(name, _)| name), WITHOUT_GRADIENT);
    let x = Param::new(Tensor::from([1.5, -2.5]));
    for (name, operation) in operations {
        let error = grad(&x, |x| Ok::<_, Error>((x.get() * operation(x.get())).sum())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Gradient);
        let expected =
            format!("{name}: has no derivative, but a gradient is needed through it; write `x.detach().{name}()`");
        assert_eq!(error.to_string(), expected);
        let detached = grad(&x, |x| Ok::<_, Error>((x.get() * operation(x.get().detach())).sum())).unwrap();
        assert_eq!(detached.get(&x).unwrap(), operation(x.get()));
    }
}

#[test]
fn masks_and_indices_are_not_tracked() -> Result<()> {
    let x = Param::new(Tensor::from([[1.5, -2.5], [0.5, 3.0]]));
    grad(&x, |x| {
        let (x, zero) = (x.get(), Tensor::scalar(0.0));
        let masks = [
            x.equal(&zero),
            x.not_equal(&zero),
            x.less(&zero),
            x.less_equal(&zero),
            x.greater(&zero),
            x.greater_equal(&zero),
        ];
        assert!(masks.iter().all(|mask| !mask.is_tracked()));
        assert!(!masks[0].and(&masks[1]).or(&masks[2]).not().is_tracked());
        assert!(!masks[0].cast::<f64>().is_tracked());
        assert!(!x.argmax(0).is_tracked());
        assert!(!x.detach().is_tracked());
        Ok::<_, Error>(x.sum())
    })?;
    Ok(())
}
