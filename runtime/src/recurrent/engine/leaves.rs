//! The parameters and buffers of a cell, as its plan lists them, and whether their shapes fit.

use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::error::{Error, Result};
use crate::module::{Buffer, BufferRef, Module, Param, ParamRef, Segment, Visitor};
use crate::recurrent::plan::{Leaf, Plan};

/// Handles in the order of a plan; `None` for a parameter that is absent.
pub(crate) struct Leaves<F: Float> {
    pub(crate) parameters: Vec<Option<Param<F>>>,
    pub(crate) buffers: Vec<Option<Buffer<F>>>,
    plan: &'static Plan,
    /// The name of the field that is visited.
    field: &'static str,
}

impl<F: Float> Leaves<F> {
    pub(crate) fn of(cell: &impl Module, plan: &'static Plan) -> Self {
        let parameters = plan.parameters.iter().map(|_| None).collect();
        let buffers = plan.buffers.iter().map(|_| None).collect();
        let mut leaves = Self { parameters, buffers, plan, field: "" };
        cell.visit(&mut leaves);
        leaves
    }

    /// Compares all shapes with the sizes of the header: the user may have set any field.
    pub(crate) fn check(&self, header: &[usize]) -> Result<()> {
        for (leaf, parameter) in self.plan.parameters.iter().zip(&self.parameters) {
            check_leaf(self.plan, leaf, parameter.as_ref().map(Param::shape), header)?;
        }
        for (leaf, buffer) in self.plan.buffers.iter().zip(&self.buffers) {
            check_leaf(self.plan, leaf, buffer.as_ref().map(Buffer::shape), header)?;
        }
        Ok(())
    }
}

impl<F: Float> Visitor for Leaves<F> {
    fn enter(&mut self, segment: Segment<'_>, _frozen: bool) {
        if let Segment::Field(name) = segment {
            self.field = name;
        }
    }

    fn param(&mut self, param: ParamRef<'_>) {
        let place = place(&self.plan.parameters, self.field);
        if let (Some(at), Some(param)) = (place, F::peel_param(param)) {
            self.parameters[at] = Some(param.share());
        }
    }

    fn buffer(&mut self, buffer: BufferRef<'_>) {
        let place = place(&self.plan.buffers, self.field);
        if let (Some(at), Some(buffer)) = (place, F::peel_buffer(buffer)) {
            self.buffers[at] = Some(buffer.share());
        }
    }
}

fn place(leaves: &[Leaf], field: &str) -> Option<usize> {
    leaves.iter().position(|leaf| leaf.name.trim_start_matches("r#") == field)
}

/// Checks the shape of a field that is there.
fn check_leaf(plan: &Plan, leaf: &Leaf, found: Option<Shape>, header: &[usize]) -> Result<()> {
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
