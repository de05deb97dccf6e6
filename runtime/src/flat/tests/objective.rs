//! Losses as functions of a vector.

use std::cell::Cell;

use super::{DOUBLES, loss, model};
use crate::flat::{Flat, Objective};
use crate::{Error, Module, Param, Result, Tensor, grad};

#[test]
fn value_and_gradient_are_those_of_the_model() -> Result<()> {
    let model = model();
    let objective = Objective::new(&model, loss)?;
    let at = objective.start();
    assert_eq!(at[..6], DOUBLES[..6]);
    assert_eq!(objective.value(&at)?, loss(&model)?.item());
    assert_eq!(objective.gradient(&at)?, grad(&model, loss)?.flatten::<f64>()?.to_vec());
    let moved: Vec<f64> = at.iter().map(|x| x * 0.5 + 0.1).collect();
    let (value, gradient) = objective.value_and_gradient(&moved)?;
    let there = objective.model(&moved)?;
    assert_eq!(value, loss(&there)?.item());
    assert_eq!(gradient, grad(&there, loss)?.flatten::<f64>()?.to_vec());
    assert_eq!((there.weight.id(), there.mean.id()), (there.decoder.id(), model.mean.id()));
    assert_eq!(objective.layout(), model.flatten::<f64>()?.1.layout());
    assert_eq!(objective.start(), at, "the model is as it was");
    Ok(())
}

#[test]
fn the_last_point_is_remembered() -> Result<()> {
    let calls = Cell::new(0);
    let objective = Objective::new(&model(), |m: &super::Model| {
        calls.set(calls.get() + 1);
        loss(m)
    })?;
    let at = objective.start();
    let (value, gradient) = objective.value_and_gradient(&at)?;
    assert_eq!((objective.gradient(&at)?, objective.value_and_gradient(&at)?.0, calls.get()), (gradient, value, 1));
    objective.gradient(&vec![0.5; at.len()])?;
    assert_eq!(calls.get(), 2);
    Ok(())
}

#[test]
fn an_objective_of_a_flat_model_leaves_its_buffer_alone() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let objective = Objective::new(&*flat, loss)?;
    let start = objective.start();
    objective.value_and_gradient(&start)?;
    flat.params_mut::<f64>()[0] = 100.0;
    assert_eq!((flat.copies(), objective.start()), (0, start.clone()));
    let of_flat = Objective::new(&flat, |m: &Flat<super::Model>| loss(m))?;
    assert_eq!(of_flat.value_and_gradient(&start)?, objective.value_and_gradient(&start)?);
    Ok(())
}

#[test]
fn a_wider_vector_takes_a_loss_of_its_type() -> Result<()> {
    let model = (Param::new(Tensor::from([1.5_f32, -0.5])), Param::new(Tensor::from([2.0_f32])));
    let objective = Objective::new(&model, |m: &(Param, Param)| Ok((m.0.get() * m.1.get()).sum().cast::<f64>()))?;
    assert_eq!(objective.value_and_gradient(&objective.start())?, (2.0, vec![2.0, 2.0, 1.0]));
    Ok(())
}

#[test]
fn what_is_no_objective_is_refused() -> Result<()> {
    let model = Param::new(Tensor::from([1.0_f64, 2.0]));
    let whole = Objective::new(&model, |m: &Param<f64>| Ok(m.get()))?;
    assert!(whole.value(&[1.0, 2.0]).unwrap_err().to_string().contains("should have shape [], found [2]"));
    assert!(whole.gradient(&[1.0, 2.0]).is_err());
    let root = Objective::new(&model, |m: &Param<f64>| Ok(m.get().sum().sqrt()))?;
    assert!(root.value(&[-1.0, -2.0])?.is_nan());
    let error = root.value_and_gradient(&[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "restructure: the model has 2 trainable elements, found a vector of 1");
    let own: Objective<_, f64, _> =
        Objective::new(&model, |_: &Param<f64>| Err(Error::new(crate::ErrorKind::Value, "mine", "no")))?;
    assert_eq!(own.value(&[1.0, 2.0]).unwrap_err().to_string(), "mine: no");
    assert_eq!(format!("{root:?}"), format!("Objective {{ restructure: {:?}, .. }}", model.flatten::<f64>()?.1));
    Ok(())
}
