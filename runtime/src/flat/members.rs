//! The parameters that live in the buffers of a flat model.

use std::any::Any;
use std::sync::Arc;

use crate::array::element::{DType, Float};
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyParam, Group, Id, Layout, Parameter, each_param};
use crate::tensor::any::each_type;

/// One buffer for each element type, and handles of the parameters in them. They leave the buffers when this is dropped.
pub(super) struct Members {
    handles: Vec<AnyParam>,
    singles: Arc<Group<f32>>,
    doubles: Arc<Group<f64>>,
}

impl Members {
    /// Moves parameters to the places of `layout`, if all of them can.
    pub(super) fn gather(layout: &Layout, parameters: &[Parameter]) -> Result<Self> {
        parameters.iter().try_for_each(check)?;
        let count = |dtype| {
            let of_type = layout.entries().iter().filter(|entry| entry.dtype == dtype);
            of_type.map(|entry| entry.range.len()).sum()
        };
        let (singles, doubles) = (Arc::new(Group::zeros(count(DType::F32))), Arc::new(Group::zeros(count(DType::F64))));
        for (entry, parameter) in layout.entries().iter().zip(parameters) {
            match parameter.handle() {
                AnyParam::F32(param) => param.join(&singles, entry.range.start),
                AnyParam::F64(param) => param.join(&doubles, entry.range.start),
            }
        }
        Ok(Self { handles: parameters.iter().map(|parameter| parameter.handle().share()).collect(), singles, doubles })
    }

    /// The buffer of the elements of type `F`.
    pub(super) fn group<F: Float>(&self) -> &Arc<Group<F>> {
        let groups: [&dyn Any; 2] = [&self.singles, &self.doubles];
        let group = groups.into_iter().find_map(|group| group.downcast_ref());
        group.unwrap_or_else(|| unreachable!("there are two types of real numbers"))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Id> {
        self.handles.iter().map(AnyParam::id)
    }

    pub(super) fn copies(&self) -> u64 {
        self.singles.copies() + self.doubles.copies()
    }

    /// Notes that the elements of the parameters with type `F` change.
    pub(super) fn touch<F: Float>(&self) {
        for param in self.handles.iter().filter_map(AnyParam::typed::<F>) {
            param.touch();
        }
    }

    /// Notes that the elements of one parameter change.
    pub(super) fn touch_at(&self, at: usize) {
        each_param!(AnyParam, &self.handles[at], param => param.touch());
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for handle in &self.handles {
            each_param!(AnyParam, handle, param => param.leave());
        }
    }
}

/// Refuses a parameter that cannot move into a buffer.
fn check(parameter: &Parameter) -> Result<()> {
    let refuse = |message: &str| Err(Error::new(ErrorKind::Sharing, parameter.path().to_owned(), message));
    if each_param!(AnyParam, parameter.handle(), param => param.group().is_some()) {
        return refuse(
            "the parameter lives in another `Flat` already, and can live in one only; use `duplicate`, or take the model \
             out by `into_inner` first",
        );
    }
    if each_type!(parameter.get(), value => value.is_tracked()) {
        return refuse(
            "the parameter is tracked, and cannot be moved; make the model flat before its gradient is taken",
        );
    }
    Ok(())
}
