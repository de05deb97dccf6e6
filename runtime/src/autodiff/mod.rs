//! Reverse-mode differentiation of closures over models.

mod check;
mod gradients;
pub(crate) mod joint;
pub(crate) mod link;
pub(crate) mod node;
mod rooms;
pub(crate) mod sweep;
#[cfg(test)]
mod tests;

pub use check::{GradientCheck, check_gradients};
pub(crate) use check::{central_difference, reach};
pub use gradients::Gradients;

use crate::array::element::Float;
use crate::array::storage::Counted;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Mapper, Module, Param, Registry, Segment, map_each_type};
use crate::tensor::Tensor;
use crate::tensors::{Detach, Tensors};
use node::Node;
use rooms::{Member, Rooms};

/// The value of a loss and its gradient with respect to the trainable parameters of `model`.
///
/// `loss` gets a *twin*: the same model with tracked parameters. Nothing is recorded outside of the closure, and what
/// it returns is detached, so that no graph outlives the call and keeps the weights alive. Any [`Module`] or tuple of
/// modules is a model; wrap an input in [`Param::new`] to get its gradient too. Calls nest: a loss may contain the
/// gradient of another, and what depends on a surrounding twin stays tracked for it. Parts of a loss may be computed on
/// other threads.
///
/// The closure may have errors of its own, of any type that is made from [`Error`]. Where neither the closure nor the
/// function around it says which (`unwrap`, `Box<dyn Error>`), write `Ok::<_, recurve::Error>(…)`.
///
/// A loss that is not finite is returned as a value; the gradients say so when an optimiser meets them.
///
/// # Errors
///
/// What the closure returns as an error; and when the loss has axes or does not depend on a trainable parameter of
/// the twin, when an operation without derivative lies on the way, and as [`Module::parameters`].
///
/// ```
/// use recurve::{Param, Tensor, value_and_grad};
///
/// let weight = Param::new(Tensor::from([1.0, 2.0]));
/// let (loss, gradients) = value_and_grad(&weight, |w| Ok::<_, recurve::Error>(w.get().square().sum()))?;
/// assert_eq!(loss.item(), 5.0_f32);
/// assert_eq!(gradients.get(&weight).unwrap().to_vec(), [2.0, 4.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn value_and_grad<M: Module, F: Float, E: From<Error>>(
    model: &M,
    loss: impl FnOnce(&M) -> Result<Tensor<F>, E>,
) -> Result<(Tensor<F>, Gradients), E> {
    value_and_grad_aux(model, |twin| Ok((loss(twin)?, ()))).map(|(loss, (), gradients)| (loss, gradients))
}

/// Like [`value_and_grad`] for a closure that returns further results beside the loss: predictions, states, metrics.
///
/// # Errors
///
/// As [`value_and_grad`].
///
/// ```
/// use recurve::{Param, Tensor, value_and_grad_aux};
///
/// let weight = Param::new(Tensor::from([1.0_f64, 2.0]));
/// let (loss, prediction, gradients) = value_and_grad_aux(&weight, |w| {
///     let prediction = w.get() * 3.0;
///     Ok::<_, recurve::Error>((prediction.sum(), prediction))
/// })?;
/// assert!(!prediction.is_tracked());
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn value_and_grad_aux<M: Module, F: Float, A: Tensors, E: From<Error>>(
    model: &M,
    loss: impl FnOnce(&M) -> Result<(Tensor<F>, A), E>,
) -> Result<(Tensor<F>, A, Gradients), E> {
    let registry = Registry::default();
    let trained = Vec::with_capacity(registry.listing.entries.capacity());
    let mut tracker = Tracker { scope: node::new_scope(), registry, trained, rooms: Rooms::default() };
    let twin = model.rebuild(&mut tracker);
    let Tracker { scope, registry, trained, mut rooms } = tracker;
    let listing = registry.finish()?;
    let (loss, aux) = loss(&twin)?;
    let root = root(&loss, scope, &trained)?;
    let values = sweep::sweep(scope, root, sweep::one::<F>(), trained.len(), &mut rooms)?;
    if values.iter().all(Option::is_none) && !rooms.is_used() {
        return Err(independent(&trained).into());
    }
    let mut gradients = Gradients::collect(listing, |at| trained[at], values);
    gradients.finish(&mut rooms);
    let mut detach = Detach { scope: Some(scope) };
    Ok((loss.map_tensors(&mut detach), aux.map_tensors(&mut detach), gradients))
}

/// The gradient of a loss with respect to the trainable parameters of `model`, see [`value_and_grad`].
///
/// # Errors
///
/// As [`value_and_grad`].
///
/// ```
/// use recurve::{Param, Tensor, grad};
///
/// let x = Param::new(Tensor::scalar(3.0_f64));
/// let slope = grad(&x, |x| Ok::<_, recurve::Error>(x.get().powf(3.0)))?;
/// assert_eq!(slope.get(&x).unwrap().item(), 27.0);
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn grad<M: Module, F: Float, E: From<Error>>(
    model: &M,
    loss: impl FnOnce(&M) -> Result<Tensor<F>, E>,
) -> Result<Gradients, E> {
    Ok(value_and_grad(model, loss)?.1)
}

/// The node of a loss that can be differentiated.
fn root<'a, F: Float>(loss: &'a Tensor<F>, scope: u64, trained: &[bool]) -> Result<&'a Counted<Node>> {
    if loss.rank() != 0 {
        let message = format!(
            "the loss should be a single number, found shape {:?}; reduce it with `.mean()` or \
             `.sum()`",
            loss.shape()
        );
        return Err(Error::new(ErrorKind::Shape, "value_and_grad", message));
    }
    loss.node.as_ref().filter(|node| node.scope >= scope).ok_or_else(|| independent(trained))
}

fn independent(trained: &[bool]) -> Error {
    let message = if !trained.contains(&true) {
        "the model has no parameter that is not frozen, so there is nothing to differentiate"
    } else {
        "the loss does not depend on a trainable parameter of the model; use the closure's argument inside the \
         closure, not the outer model, and no step without a derivative (`detach`, `argmax`, a comparison) on the way"
    };
    Error::new(ErrorKind::Gradient, "value_and_grad", message)
}

/// Builds the twin: each trainable parameter once as a tracked leaf, with the same identity.
struct Tracker {
    scope: u64,
    /// Lists the twins' parameters, and those that are frozen as they are.
    registry: Registry,
    /// For each parameter of the list whether its gradient is collected.
    trained: Vec<bool>,
    /// Those parameters of the list that live in a buffer with others.
    rooms: Rooms,
}

impl Tracker {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        let Self { scope, registry, trained, rooms } = self;
        let at = registry.note(F::param(param), |at, frozen| {
            let frozen = frozen || param.is_frozen();
            trained.push(!frozen);
            F::wrap_param(if frozen { param.upright() } else { twin(*scope, param, at, &mut rooms.members) })
        });
        let listed = F::peel_param(registry.listing.entries[at].handle.as_ref());
        listed.map_or_else(|| param.share(), |listed| listed.oriented(param.is_transposed()))
    }
}

fn twin<F: Float>(scope: u64, param: &Param<F>, at: usize, members: &mut Vec<Member>) -> Param<F> {
    let (value, place) = param.stored_at();
    members.extend(place.map(|place| Member::new(param.id(), place, &value, at)));
    let node = Node::leaf(scope, at, &value);
    param.twin(Tensor { array: value.array, node })
}

impl Mapper for Tracker {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.registry.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.registry.path.leave();
    }

    fn makes_twins(&self) -> bool {
        true
    }

    map_each_type!(param);
}
