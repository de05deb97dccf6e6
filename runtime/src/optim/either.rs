//! One of two rules, for groups of parameters with rules of different types.

use super::{Link, Rule, Scope};
use crate::array::element::Float;
use crate::array::kernels::Pass;
use crate::tensor::Tensor;
use crate::tensors::{TensorMapper, TensorVisitor, Tensors};

/// One of two rules: the type of rule of [`Groups`](super::Groups) that are stepped by different ones. It nests.
///
/// ```
/// use recurve::optim::{Adam, Either, Groups, Sgd};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f64])));
/// let groups = Groups::new().group("0", Either::First(Sgd::new(0.5))).group("1", Either::Second(Adam::new(0.1)));
/// let mut opt = groups.setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([3.0, 3.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.0.get().item(), 1.0 - 0.5 * 3.0);
/// assert!((model.1.get().item() - 0.9).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// What [`Either`] remembers of a parameter.
#[derive(Clone, Debug)]
pub enum EitherState<A, B> {
    /// The state of the first rule.
    First(A),
    /// The state of the second rule.
    Second(B),
}

impl<A: Tensors, B: Tensors> Tensors for EitherState<A, B> {
    fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
        match self {
            Self::First(state) => state.visit_tensors(visitor),
            Self::Second(state) => state.visit_tensors(visitor),
        }
    }

    fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self {
        match self {
            Self::First(state) => Self::First(state.map_tensors(mapper)),
            Self::Second(state) => Self::Second(state.map_tensors(mapper)),
        }
    }
}

/// The same expression for the rule that it is.
macro_rules! either {
    ($either:expr, $rule:ident => $body:expr) => {
        match $either {
            Either::First($rule) => $body,
            Either::Second($rule) => $body,
        }
    };
}

/// The same expression for the rule that it is and its state.
macro_rules! with_state {
    ($either:expr, $state:expr, ($rule:ident, $inner:ident) => $body:expr) => {
        match ($either, $state) {
            (Either::First($rule), EitherState::First($inner)) => $body,
            (Either::Second($rule), EitherState::Second($inner)) => $body,
            _ => panic!("Either: the state is that of the other rule; set up an optimiser to step by another rule"),
        }
    };
}

impl<A: Rule, B: Rule> Rule for Either<A, B> {
    type State<F: Float> = EitherState<A::State<F>, B::State<F>>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> Self::State<F> {
        match self {
            Self::First(rule) => EitherState::First(rule.init(value)),
            Self::Second(rule) => EitherState::Second(rule.init(value)),
        }
    }

    fn apply<F: Float>(&self, state: &mut Self::State<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
        with_state!(self, state, (rule, state) => rule.apply(state, value, step, scope));
    }

    fn step<F: Float>(&self, state: &mut Self::State<F>, value: &mut [F], gradient: &[F], scope: &Scope<'_>) {
        with_state!(self, state, (rule, state) => rule.step(state, value, gradient, scope));
    }

    fn gather<F: Float>(&self, state: &mut Self::State<F>, gradient: &Tensor<F>) -> Option<Tensor<F>> {
        with_state!(self, state, (rule, state) => rule.gather(state, gradient))
    }

    fn gathers(&self) -> bool {
        either!(self, rule => rule.gathers())
    }

    fn uses_global_norm(&self) -> bool {
        either!(self, rule => rule.uses_global_norm())
    }

    fn visit_learning_rates(&mut self, visit: &mut dyn FnMut(&mut f64)) {
        either!(self, rule => rule.visit_learning_rates(visit));
    }

    fn name(&self) -> String {
        either!(self, rule => rule.name())
    }

    fn accepts<F: Float>(&self, state: &Self::State<F>) -> bool {
        match (self, state) {
            (Self::First(rule), EitherState::First(state)) => rule.accepts(state),
            (Self::Second(rule), EitherState::Second(state)) => rule.accepts(state),
            _ => false,
        }
    }

    fn is_elementwise(&self) -> bool {
        either!(self, rule => rule.is_elementwise())
    }

    fn passes<'a, F: Float>(&self, state: &'a mut Self::State<F>, scope: &Scope<'_>, found: &mut Vec<Pass<'a, F>>) {
        with_state!(self, state, (rule, state) => rule.passes(state, scope, found));
    }

    fn links(&self, found: &mut Vec<Link>) {
        either!(self, rule => rule.links(found));
    }
}
