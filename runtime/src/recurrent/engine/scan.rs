//! The scan of a cell that has a plan.

use super::equations::{Equations, FromTensors, dimensions};
use super::record::{Data, Fields, run_plan};
use crate::array::element::{Element, Float};
use crate::error::{Error, ErrorKind, Result};
use crate::module::Buffer;
use crate::recurrent::plan::{Leaf, Plan};
use crate::recurrent::rows::check_rows;
use crate::recurrent::sequence::Sequence;
use crate::tensor::Tensor;
use crate::tensors::{TensorMapper, TensorVisitor, Tensors, map_each_element, visit_each_element};

/// Checks what a cell is given and runs its plan.
///
/// # Errors
///
/// As [`Cell::scan`](crate::Cell::scan).
pub fn scan<C: Equations>(
    cell: &C,
    inputs: Sequence<C::Input>,
    state: Option<C::State>,
) -> Result<(Sequence<C::Output>, C::State)> {
    let plan = C::plan();
    let place = format!("{}::scan", plan.cell);
    let inputs = inputs.read_with(&place, C::CONTEXTS)?;
    let extent = [inputs.steps(), inputs.batch()];
    let (mut dimensions, leaves) = dimensions(cell)?;
    let state = match state {
        Some(state) => state,
        None => cell.initial_state(extent[1])?,
    };
    check_rows(&place, "state", &state, extent[1])?;
    let mut data = tensors::<C::Element, _>(inputs.data());
    let contexts = data.split_off(inputs.over_time());
    solve(plan, &contexts, &mut dimensions);
    let states = tensors::<C::Element, _>(&state);
    let check = Check { plan, place: &place, dimensions: &dimensions };
    check.all(&plan.inputs, &data, "", &extent)?;
    check.all(&plan.contexts, &contexts, "", &extent[1..])?;
    check.all(&plan.states, &states, "state.", &extent[1..])?;
    let parameters = leaves.parameters.iter().map(|handle| Some(handle.as_ref()?.get())).collect();
    let buffers = leaves.buffers.iter().flatten().map(Buffer::get).collect();
    let hypers = Equations::hypers(cell);
    let fields = Fields { dimensions, parameters, buffers, hypers };
    let data = Data { extent, mask: inputs.mask_tensor().cloned(), inputs: data, contexts, states };
    let results = run_plan(plan, C::kernels(), &fields, &data);
    let mut outputs = results.outputs.into_iter();
    let output = C::Output::from_tensors(&mut || next(&mut outputs));
    let mut states = results.states.into_iter();
    let state = state.map_tensors(&mut Replace(&mut || next(&mut states)));
    Ok((inputs.with_outputs(output), state))
}

fn next<F: Float>(tensors: &mut impl Iterator<Item = Tensor<F>>) -> Tensor<F> {
    tensors.next().unwrap_or_else(|| unreachable!("a plan has all results of its cell"))
}

/// The dimensions that only contexts know, behind those that are known.
fn solve<F: Float>(plan: &Plan, contexts: &[Tensor<F>], dimensions: &mut Vec<usize>) {
    let known = dimensions.len();
    dimensions.resize(plan.dimensions.len(), 0);
    for (context, leaf) in contexts.iter().zip(&plan.contexts) {
        for (size, &found) in leaf.shape.iter().zip(context.shape().iter().skip(1)) {
            if let [(1, factors)] = &plan.sizes[size.0].terms[..]
                && let [dimension] = factors[..]
                && dimension >= known
                && dimensions[dimension] == 0
            {
                dimensions[dimension] = found;
            }
        }
    }
}

struct Check<'a> {
    plan: &'a Plan,
    place: &'a str,
    dimensions: &'a [usize],
}

impl Check<'_> {
    /// Each tensor has these axes and then those of one example.
    fn all<F: Float>(&self, leaves: &[Leaf], tensors: &[Tensor<F>], prefix: &str, axes: &[usize]) -> Result<()> {
        for (leaf, tensor) in leaves.iter().zip(tensors) {
            let sizes = leaf.shape.iter().map(|size| self.plan.sizes[size.0].at(self.dimensions));
            if tensor.shape().iter().copied().ne(axes.iter().copied().chain(sizes.clone())) {
                let sizes: Vec<usize> = sizes.collect();
                let name = format!("{prefix}{}", leaf.name);
                return Err(self.mismatch(&name, axes, &sizes, tensor.shape()));
            }
        }
        Ok(())
    }

    fn mismatch(&self, name: &str, axes: &[usize], sizes: &[usize], found: &[usize]) -> Error {
        let text: String = sizes.iter().map(|size| format!(", {size}")).collect();
        let expected = match axes {
            [_, _] => format!("[T, B{text}]"),
            _ => format!("{:?}", [axes, sizes].concat()),
        };
        let is_single = axes.len() == 2 && found.len() == sizes.len() + 1 && found.ends_with(sizes);
        let advice = format!("; give a single sequence [T{text}] its batch axis with `unsqueeze(1)`");
        let advice = if is_single { advice } else { String::new() };
        let message = format!("`{name}` should have shape {expected}, found {found:?}{advice}");
        Error::new(ErrorKind::Shape, self.place.to_owned(), message)
    }
}

/// The tensors of a value that has no others, in order.
pub(super) fn tensors<F: Float, V: Tensors>(value: &V) -> Vec<Tensor<F>> {
    let mut list = List(Vec::new());
    value.visit_tensors(&mut list);
    list.0
}

struct List<F: Float>(Vec<Tensor<F>>);

impl<F: Float> List<F> {
    fn add<E: Element>(&mut self, tensor: &Tensor<E>) {
        let tensor: Option<&Tensor<F>> = (tensor as &dyn std::any::Any).downcast_ref();
        self.0.extend(tensor.cloned());
    }
}

impl<F: Float> TensorVisitor for List<F> {
    visit_each_element!(add);
}

/// Puts other tensors into a value.
pub(crate) struct Replace<'a, F: Float>(pub(crate) &'a mut dyn FnMut() -> Tensor<F>);

impl<F: Float> Replace<'_, F> {
    fn next<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        let next: Box<dyn std::any::Any> = Box::new((self.0)());
        next.downcast().map_or_else(|_| tensor.clone(), |next| *next)
    }
}

impl<F: Float> TensorMapper for Replace<'_, F> {
    map_each_element!(next);
}
