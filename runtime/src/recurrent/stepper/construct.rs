//! How a stepper is made.

use super::{Stepper, Versioned};
use crate::array::element::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::module::Param;
use crate::recurrent::engine::{Equations, Single, Step, dimensions};
use crate::recurrent::plan::Plan;

/// A stepper for `batch` sequences. `sizes` are those that only contexts know.
pub fn stepper<C: Equations>(cell: &C, batch: usize, sizes: &[(&str, usize)]) -> Result<Stepper<C>> {
    let plan = C::plan();
    let place = format!("{}::stepper", plan.cell);
    let (mut dimensions, leaves) = dimensions(cell)?;
    add_sizes(plan, &place, &mut dimensions, sizes)?;
    check_untracked(plan, &place, &leaves.parameters)?;
    let present: Vec<bool> = leaves.parameters.iter().map(Option::is_some).collect();
    let hypers = Equations::hypers(cell);
    let step = Step { plan, dimensions: &dimensions, present: &present, hypers: &hypers, batch };
    let mut stepper = Stepper {
        plan,
        cell: cell.share(),
        batch,
        single: Single::new(&step, C::kernels()),
        parameters: leaves
            .parameters
            .into_iter()
            .map(|handle| Some(Versioned { handle: handle?, version: 0 }))
            .collect(),
        buffers: leaves.buffers.into_iter().flatten().map(|handle| Versioned { handle, version: 0 }).collect(),
        start: cell.initial_state(batch)?,
        start_is_old: false,
        written: vec![false; plan.inputs.len() + plan.contexts.len()],
        all_written: false,
        contexts_changed: true,
        dimensions,
    };
    stepper.take_parameters();
    stepper.reset()?;
    Ok(stepper)
}

/// Adds the dimensions that only contexts know.
fn add_sizes(plan: &Plan, place: &str, dimensions: &mut Vec<usize>, sizes: &[(&str, usize)]) -> Result<()> {
    let error = |message: String| Err(Error::new(ErrorKind::Name, place.to_owned(), message));
    let names = &plan.dimensions[dimensions.len()..];
    for (at, (name, _)) in sizes.iter().enumerate() {
        if !names.contains(name) {
            let expected = match names {
                [] => "the cell has no size that only contexts know".to_owned(),
                _ => format!("expected sizes that only contexts know, `{}`", names.join("`, `")),
            };
            return error(format!("{expected}, found `{name}`"));
        }
        if sizes[..at].iter().any(|(other, _)| other == name) {
            return error(format!("expected one size `{name}`, found two"));
        }
    }
    for name in names {
        match sizes.iter().find(|(other, _)| other == name) {
            Some((_, size)) => dimensions.push(*size),
            None => {
                return error(format!(
                    "only contexts know the size `{name}`; write `stepper_with_sizes(batch, &[(\"{name}\", ..)])`"
                ));
            }
        }
    }
    Ok(())
}

/// Refuses the twin that a gradient is computed with: nothing would reach it.
fn check_untracked<F: Float>(plan: &Plan, place: &str, parameters: &[Option<Param<F>>]) -> Result<()> {
    let is_tracked = |parameter: &Option<Param<F>>| parameter.as_ref().is_some_and(|handle| handle.get().is_tracked());
    match parameters.iter().zip(&plan.parameters).find(|(parameter, _)| is_tracked(parameter)) {
        None => Ok(()),
        Some((_, leaf)) => {
            let message = format!(
                "a gradient is asked for of `{}`, and a stepper records nothing; use `scan` or `step` here, or make \
                 the stepper outside of `value_and_grad`",
                leaf.name
            );
            Err(Error::new(ErrorKind::Gradient, place.to_owned(), message))
        }
    }
}
