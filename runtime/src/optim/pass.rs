//! The steps of one update in one pass: through each buffer of a flat model once, on several threads if that pays.

use std::sync::Arc;

use super::state::{AnyState, ParameterState};
use super::{Rule, Scope};
use crate::array::element::Float;
use crate::array::kernels::{MANY, threads_for};
use crate::array::shape::Shape;
use crate::module::{AnyParam, Group, Param, Writing};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// A step that is known to be possible: the gradient fits the parameter, and the state belongs to it.
pub(super) struct Due<'a, R: Rule> {
    pub(super) state: &'a mut ParameterState<R>,
    pub(super) rule: &'a R,
    pub(super) param: &'a AnyParam,
    pub(super) gradient: AnyTensor,
}

/// The same with its element type known.
struct Typed<'a, R: Rule, F: Float> {
    state: &'a mut R::State<F>,
    rule: &'a R,
    param: &'a Param<F>,
    gradient: &'a Tensor<F>,
}

/// The buffer that a parameter lives in, and where.
type Home<F> = Option<(Arc<Group<F>>, usize)>;

/// A step with the place of its elements.
struct Task<'a, R: Rule, F: Float> {
    state: &'a mut R::State<F>,
    rule: &'a R,
    gradient: &'a [F],
    shape: Shape,
    value: Value<'a, F>,
}

enum Value<'a, F: Float> {
    Own(&'a Param<F>),
    Slice(&'a mut [F]),
}

/// Takes all steps. Parameters do not depend on each other, so the result is the same on any number of threads.
pub(super) fn run<R: Rule>(mut due: Vec<Due<'_, R>>, global_norm: Option<f64>) {
    let (mut singles, mut doubles) = (Vec::new(), Vec::new());
    for Due { state, rule, param, gradient } in &mut due {
        match (&mut state.state, param, &*gradient) {
            (Some(AnyState::F32(state)), AnyParam::F32(param), AnyTensor::F32(gradient)) => {
                singles.push(Typed { state, rule: *rule, param, gradient });
            }
            (Some(AnyState::F64(state)), AnyParam::F64(param), AnyTensor::F64(gradient)) => {
                doubles.push(Typed { state, rule: *rule, param, gradient });
            }
            _ => unreachable!("a state is made for its parameter before a step, and the gradient was checked"),
        }
    }
    run_typed(singles, global_norm);
    run_typed(doubles, global_norm);
}

fn run_typed<R: Rule, F: Float>(due: Vec<Typed<'_, R, F>>, global_norm: Option<f64>) {
    let homes: Vec<Home<F>> = due.iter().map(|due| due.param.group()).collect();
    let groups = distinct(&homes);
    let mut buffers: Vec<Writing<'_, F>> = groups.iter().map(|group| group.writing()).collect();
    let mut slices: Vec<Slices<'_, F>> = buffers.iter_mut().map(|buffer| Slices { end: 0, rest: buffer }).collect();

    let mut order: Vec<(_, Typed<'_, R, F>)> = homes.iter().map(|home| place(home, &groups)).zip(due).collect();
    order.sort_by_key(|(place, _)| *place);
    let tasks = order.into_iter().map(|(place, Typed { state, rule, param, gradient })| {
        let value = match place {
            None => Value::Own(param),
            Some((group, start)) => {
                param.touch();
                Value::Slice(slices[group].take(start, gradient.count()))
            }
        };
        Task { state, rule, gradient: gradient.as_slice(), shape: param.upright().shape(), value }
    });
    let tasks: Vec<Task<'_, R, F>> = tasks.collect();
    // The loop of a large parameter asks for other threads itself.
    let (large, small): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.gradient.len() >= MANY);
    large.into_iter().for_each(|task| task.run(global_norm));
    run_together(small, global_norm);
}

/// Runs tasks in their order, cut into about equal parts for as many threads as pay.
fn run_together<R: Rule, F: Float>(mut tasks: Vec<Task<'_, R, F>>, global_norm: Option<f64>) {
    let count: usize = tasks.iter().map(|task| task.gradient.len()).sum();
    let threads = threads_for(count);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            let (mut first, mut size) = (tasks.len(), 0);
            while first > 0 && size < count / threads {
                first -= 1;
                size += tasks[first].gradient.len();
            }
            let part = tasks.split_off(first);
            scope.spawn(move || part.into_iter().for_each(|task| task.run(global_norm)));
        }
        tasks.into_iter().for_each(|task| task.run(global_norm));
    });
}

/// The buffers, each once, in an order that is the same for all who take several.
fn distinct<F: Float>(homes: &[Home<F>]) -> Vec<&Arc<Group<F>>> {
    let mut groups: Vec<&Arc<Group<F>>> = homes.iter().flatten().map(|(group, _)| group).collect();
    groups.sort_unstable_by_key(|group| Arc::as_ptr(group).addr());
    groups.dedup_by_key(|group| Arc::as_ptr(group).addr());
    groups
}

/// The number of the buffer and the start there.
fn place<F: Float>(home: &Home<F>, groups: &[&Arc<Group<F>>]) -> Option<(usize, usize)> {
    let (group, start) = home.as_ref()?;
    Some((groups.iter().position(|other| Arc::ptr_eq(group, other))?, *start))
}

/// What is left of a buffer from which ranges are taken in their order.
struct Slices<'a, F> {
    end: usize,
    rest: &'a mut [F],
}

impl<'a, F> Slices<'a, F> {
    fn take(&mut self, start: usize, count: usize) -> &'a mut [F] {
        let (_, rest) = std::mem::take(&mut self.rest).split_at_mut(start - self.end);
        let (taken, rest) = rest.split_at_mut(count);
        (self.end, self.rest) = (start + count, rest);
        taken
    }
}

impl<R: Rule, F: Float> Task<'_, R, F> {
    fn run(self, global_norm: Option<f64>) {
        let Self { state, rule, gradient, shape, value } = self;
        let (whole, shapes) = (0..gradient.len(), &[shape]);
        let parameters = std::slice::from_ref(&whole);
        let scope = Scope { parameters, shapes, global_norm };
        match value {
            Value::Own(param) => param.write(|value| rule.step(state, value, gradient, &scope)),
            Value::Slice(value) => rule.step(state, value, gradient, &scope),
        }
    }
}
