//! What `recurrent!` writes about a cell, for the engine.

use super::execute::Kernels;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::error::{Error, Result};
use crate::module::{Buffer, Param};
use crate::recurrent::compiled::CompiledCell;
use crate::recurrent::generated::Field;
use crate::recurrent::plan::{Leaf, Plan};
use crate::tensor::Tensor;

/// A cell made by `recurrent!`, as its plan is executed.
pub trait Equations: CompiledCell<Output: FromTensors<<Self as CompiledCell>::Element>> {
    /// The sizes of the header, as one field or another tells them.
    fn header(&self) -> Vec<usize>;
    /// In the order of the plan. Learned starts are parameters too.
    fn parameters(&self) -> Handles<'_, Self::Element>;
    /// In the order of the plan.
    fn buffers(&self) -> Vec<Buffer<Self::Element>> {
        Vec::new()
    }
    /// In the order of the plan.
    fn hypers(&self) -> Vec<f64> {
        Vec::new()
    }
    /// The loops of the plan.
    fn kernels() -> Kernels<Self::Element>;

    /// The sizes of the header. Fails where the shapes of the fields do not fit them: the user may have set them.
    fn dimensions(&self) -> Result<Vec<usize>> {
        let (plan, header) = (Self::plan(), self.header());
        for (leaf, parameter) in plan.parameters.iter().zip(Equations::parameters(self)) {
            check_field(plan, leaf, parameter.found(), &header)?;
        }
        for (leaf, buffer) in plan.buffers.iter().zip(Equations::buffers(self)) {
            check_field(plan, leaf, buffer.found(), &header)?;
        }
        Ok(header)
    }
}

/// Fields that are parameters.
pub type Handles<'a, F> = Vec<&'a dyn Handle<F>>;

/// The sizes of the header, each as a variable.
pub fn sizes<C: Equations, const N: usize>(cell: &C) -> Result<[usize; N]> {
    let sizes = cell.dimensions()?;
    Ok(sizes.try_into().unwrap_or_else(|_| unreachable!("a cell knows how many dimensions it has")))
}

/// Checks the shape of a field that is there.
fn check_field(plan: &Plan, leaf: &Leaf, found: Option<Shape>, header: &[usize]) -> Result<()> {
    let expected = leaf.shape.iter().map(|size| plan.sizes[size.0].at(header));
    match found {
        Some(found) if found.rank() != leaf.shape.len() => {
            let sizes: Vec<String> = leaf.shape.iter().map(|size| plan.sizes[size.0].text(&plan.dimensions)).collect();
            Err(Error::shape(plan.cell, leaf.name, format_args!("[{}]", sizes.join(", ")), &found))
        }
        Some(found) if found.iter().copied().ne(expected.clone()) => {
            let expected: Vec<usize> = expected.collect();
            Err(Error::shape(plan.cell, leaf.name, format_args!("{expected:?}"), &found))
        }
        Some(_) | None => Ok(()),
    }
}

/// Loops that are compiled in the crate of their cell, for each element type once.
pub trait Choice: Sized {
    /// Those for this type.
    fn kernels_of(single: Kernels<f32>, double: Kernels<f64>) -> Kernels<Self>
    where
        Self: Float;
}

impl Choice for f32 {
    fn kernels_of(single: Kernels<f32>, _double: Kernels<f64>) -> Kernels<Self> {
        single
    }
}

impl Choice for f64 {
    fn kernels_of(_single: Kernels<f32>, double: Kernels<f64>) -> Kernels<Self> {
        double
    }
}

/// A parameter that may be absent.
pub trait Handle<F: Float>: Field {
    /// A handle of the same parameter, if there is one.
    fn handle(&self) -> Option<Param<F>>;
}

impl<F: Float> Handle<F> for Param<F> {
    fn handle(&self) -> Option<Self> {
        Some(self.share())
    }
}

impl<F: Float> Handle<F> for Option<Param<F>> {
    fn handle(&self) -> Self {
        self.as_ref().map(Param::share)
    }
}

/// A value made of tensors of one type and nothing else: a tensor, or a tuple of such values.
pub trait FromTensors<F: Float> {
    /// `next` gives one tensor after the other.
    fn from_tensors(next: &mut dyn FnMut() -> Tensor<F>) -> Self;
}

impl<F: Float> FromTensors<F> for Tensor<F> {
    fn from_tensors(next: &mut dyn FnMut() -> Self) -> Self {
        next()
    }
}

macro_rules! tuple {
    ($($part:ident)+) => {
        impl<F: Float, $($part: FromTensors<F>),+> FromTensors<F> for ($($part,)+) {
            fn from_tensors(next: &mut dyn FnMut() -> Tensor<F>) -> Self {
                ($($part::from_tensors(next),)+)
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E G);
tuple!(A B C D E G H);
tuple!(A B C D E G H I);
