//! Optimisers: rules that turn gradients into steps, with explicit state.
//!
//! A [`Rule`] says how a step is computed, [`Rule::setup`] makes its state for a model, and [`Optimizer::update`] takes
//! the step. A tuple of rules is a chain, see [`Rule`].
//!
//! ```
//! use recurve::optim::*;
//! use recurve::{Param, Tensor, value_and_grad};
//!
//! let mut model = Param::new(Tensor::from([3.0_f64, -4.0]));
//! let mut opt = (ClipGlobalNorm::new(1.0), Adam::new(0.1)).setup(&model)?;
//! for _ in 0..200 {
//!     let (_, gradients) = value_and_grad(&model, |m| Ok::<_, recurve::Error>(m.get().square().sum()))?;
//!     opt.update(&mut model, &gradients)?;
//! }
//! assert!(model.get().square().sum().item() < 1e-3);
//! # Ok::<(), recurve::Error>(())
//! ```

mod accumulate;
mod adabelief;
mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod adan;
mod average;
mod centralise;
mod chain;
mod clip;
mod decay;
mod either;
mod elementwise;
mod groups;
mod lamb;
mod lion;
mod moments;
mod muon;
mod nadam;
mod optimizer;
mod pass;
mod patterns;
mod radam;
mod rmsprop;
mod rprop;
pub mod schedule;
mod settings;
mod sgd;
mod state;

pub use accumulate::{Accumulate, AccumulateState};
pub use adabelief::AdaBelief;
pub use adadelta::{Adadelta, AdadeltaState};
pub use adagrad::{Adagrad, AdagradState};
pub use adam::{Adam, AdamW, AmsGrad, AmsGradState};
pub use adamax::{AdaMax, AdaMaxState};
pub use adan::{Adan, AdanState};
pub use average::Ema;
pub use centralise::Centralise;
pub use clip::{ClipGlobalNorm, ClipNorm, ClipValue};
pub use decay::WeightDecay;
pub use either::{Either, EitherState};
pub use groups::Groups;
pub use lamb::Lamb;
pub use lion::{Lion, LionState};
pub use moments::AdamState;
pub use muon::{Muon, MuonState};
pub use nadam::{NAdam, NAdamState};
pub use optimizer::{Optimizer, Report};
pub use radam::RAdam;
pub use rmsprop::{RmsProp, RmsPropState};
pub use rprop::{Rprop, RpropState};
pub use sgd::{Sgd, SgdState};
pub(crate) use state::ParameterState;
pub use state::StateMut;

use std::ops::Range;

use crate::array::element::Float;
use crate::array::kernels::Pass;
use crate::array::shape::Shape;
use crate::error::Result;
use crate::module::Module;
use crate::tensor::Tensor;
use crate::tensors::Tensors;

/// How gradients become steps: two functions over plain numbers, which never see the model.
///
/// A tuple of rules is a chain: each turns what the one before it left into the next step. Chains nest, which changes
/// nothing, and the empty chain `()` steps by the raw gradient.
///
/// A rule of your own is a type with these functions:
///
/// ```
/// use recurve::optim::{Rule, Scope};
/// use recurve::{Float, Param, Tensor, grad};
///
/// /// Steps of one size against the sign of the gradient (Bernstein et al. 2018, <https://arxiv.org/abs/1802.04434>).
/// struct SignDescent(f64);
///
/// impl Rule for SignDescent {
///     type State<F: Float> = ();
///
///     fn init<F: Float>(&self, _: &Tensor<F>) {}
///
///     fn apply<F: Float>(&self, _: &mut (), _: &[F], step: &mut [F], _: &Scope<'_>) {
///         for g in step {
///             *g = F::from_f64(self.0 * g.to_f64().signum());
///         }
///     }
/// }
///
/// let mut model = Param::new(Tensor::from([3.0_f64, -4.0]));
/// let mut opt = SignDescent(0.5).setup(&model)?;
/// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.get().square().sum()))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [2.5, -3.5]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "optimiser")]
#[doc(alias = "OptimiserChain")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no rule of an optimiser",
    label = "no rule",
    note = "a rule is one of `recurve::optim`, such as `Adam::new(1e-3)`, a type of your own that implements `Rule`, or a tuple \
            of up to 6 rules; tuples nest"
)]
pub trait Rule: Send + Sync {
    /// What the rule remembers of one parameter. All of it is tensors, so that it can be saved, and in the parameter's
    /// element type, so that nothing widens: a plain number in it would not be saved, so make it a `Tensor::scalar`. Optional
    /// tensors that [`init`](Self::init) leaves out are in the parameter's shape or single numbers, or a
    /// [`Checkpoint`](crate::files::Checkpoint) cannot bring them back.
    type State<F: Float>: Tensors + Send + Sync;

    /// The state of a parameter that holds `value` and has not been stepped yet.
    fn init<F: Float>(&self, value: &Tensor<F>) -> Self::State<F>;

    /// Turns the gradient in `step` into the step, which is then subtracted from `value`. Both are row-major, and may
    /// be several parameters behind each other: [`Scope::parameters`] has their ranges.
    fn apply<F: Float>(&self, state: &mut Self::State<F>, value: &[F], step: &mut [F], scope: &Scope<'_>);

    /// Takes the whole step: subtracts from `value` what [`apply`](Self::apply) makes of `gradient`.
    ///
    /// Provided. A rule whose elements do not depend on each other can do it in one pass over its slices, as the rules of
    /// this module do.
    fn step<F: Float>(&self, state: &mut Self::State<F>, value: &mut [F], gradient: &[F], scope: &Scope<'_>) {
        if self.is_elementwise() {
            let mut passes = Vec::new();
            self.passes(state, scope, &mut passes);
            return F::take_step(value, gradient, passes);
        }
        // Pooled memory: nothing is allocated after the first steps.
        let mut step = Tensor::from(gradient);
        self.apply(state, value, step.as_mut_slice(), scope);
        F::subtract(value, step.as_slice());
    }

    /// Takes note of a gradient as it arrives, and says by which gradient to step now, if at all. Provided: by this one.
    fn gather<F: Float>(&self, _state: &mut Self::State<F>, gradient: &Tensor<F>) -> Option<Tensor<F>> {
        Some(gradient.clone())
    }

    /// Whether [`gather`](Self::gather) does anything. Such a rule must stand first in a chain, and its
    /// [`apply`](Self::apply) leaves the step as it is.
    fn gathers(&self) -> bool {
        false
    }

    /// Whether [`apply`](Self::apply) reads [`Scope::global_norm`]. Such a rule must stand first in a chain, or after one
    /// that gathers.
    fn uses_global_norm(&self) -> bool {
        false
    }

    /// Shows each learning rate of the rule, to be changed: [`Optimizer::set_learning_rate`] calls this. Provided: none.
    fn visit_learning_rates(&mut self, _visit: &mut dyn FnMut(&mut f64)) {}

    /// What files call the rule. A [`Checkpoint`](crate::files::Checkpoint) notes it beside each state, and gives the state
    /// back to a rule of this name alone, because two rules can remember numbers of the same shape and mean different ones.
    ///
    /// Provided: the name of the type, without path and type arguments. A chain has the names of its rules as a tuple, and
    /// an [`Either`] that of the rule which it is. Constants are no part of it.
    ///
    /// ```
    /// use recurve::optim::{Adam, ClipNorm, Either, Rule, Sgd};
    ///
    /// let rule: (ClipNorm, Either<Sgd, Adam>) = (ClipNorm::new(1.0), Either::Second(Adam::new(0.1)));
    /// assert_eq!(rule.name(), "(ClipNorm, Adam)");
    /// ```
    fn name(&self) -> String {
        plain_name(std::any::type_name::<Self>()).to_owned()
    }

    /// Whether the state is one of this rule.
    #[doc(hidden)]
    fn accepts<F: Float>(&self, _state: &Self::State<F>) -> bool {
        true
    }

    /// Whether each element is stepped by itself, and [`passes`](Self::passes) says how.
    #[doc(hidden)]
    fn is_elementwise(&self) -> bool {
        false
    }

    /// What [`apply`](Self::apply) does, for a loop over blocks of elements; counts a step.
    #[doc(hidden)]
    fn passes<'a, F: Float>(&self, _: &'a mut Self::State<F>, _: &Scope<'_>, _: &mut Vec<Pass<'a, F>>) {}

    /// The rules of which this one consists, in order.
    #[doc(hidden)]
    fn links(&self, found: &mut Vec<Link>) {
        found.push(Link { gathers: self.gathers(), uses_global_norm: self.uses_global_norm() });
    }

    /// Refuses a chain whose order has no meaning.
    ///
    /// # Errors
    ///
    /// When a rule that gathers does not stand first, or a rule that uses the global norm neither first nor after one that
    /// gathers.
    fn check(&self) -> Result<()> {
        let mut links = Vec::new();
        self.links(&mut links);
        chain::check(&links)
    }

    /// The rule with one state for each parameter of `model` that is not frozen; those that are thawed later get theirs
    /// then. Tied parameters have one state.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check) and [`Module::parameters`].
    #[doc(alias = "init")]
    fn setup(self, model: &impl Module) -> Result<Optimizer<Self>>
    where
        Self: Sized,
    {
        Optimizer::new(self, model)
    }
}

/// The name of a type without the path of its module and its arguments.
fn plain_name(full: &str) -> &str {
    let plain = full.split_once('<').map_or(full, |(plain, _)| plain);
    plain.rsplit_once("::").map_or(plain, |(_, name)| name)
}

/// What a rule asks of its place in a chain.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Link {
    gathers: bool,
    uses_global_norm: bool,
}

/// What a rule may know of the surroundings of its step.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    parameters: &'a [Range<usize>],
    shapes: &'a [Shape],
    global_norm: Option<f64>,
}

impl<'a> Scope<'a> {
    /// The surroundings of a step of several parameters that lie behind each other: their ranges, which begin at 0 and
    /// leave no gaps, and their shapes. For who steps slices by a [`Rule`] without an [`Optimizer`].
    ///
    /// # Panics
    ///
    /// When there is not one range for each shape, or a range is not the next one of so many elements.
    ///
    /// ```
    /// use recurve::optim::{ClipNorm, Rule, Scope};
    /// use recurve::{Shape, Tensor};
    ///
    /// let shapes = [Shape::from([2]), Shape::from([1, 1])];
    /// let scope = Scope::new(&[0..2, 2..3], &shapes);
    /// let mut value = [0.0_f64; 3];
    /// ClipNorm::new(1.0).step(&mut (), &mut value, &[30.0, 40.0, 0.5], &scope);
    /// assert_eq!(value, [-0.6, -0.8, -0.5]);
    /// ```
    #[track_caller]
    pub fn new(parameters: &'a [Range<usize>], shapes: &'a [Shape]) -> Self {
        let counts = (parameters.len(), shapes.len());
        assert!(counts.0 == counts.1, "Scope: expected a range for each of {} shapes, found {}", counts.1, counts.0);
        let mut end = 0;
        for (range, shape) in parameters.iter().zip(shapes) {
            let next = end..end + shape.count();
            assert!(*range == next, "Scope: expected the range {next:?} for the shape {shape}, found {range:?}");
            end = next.end;
        }
        Self { parameters, shapes, global_norm: None }
    }

    /// With the Euclidean norm of all gradients of the model, for rules that [use it](Rule::uses_global_norm).
    #[must_use]
    pub fn with_global_norm(self, norm: f64) -> Self {
        Self { global_norm: Some(norm), ..self }
    }
}

impl Scope<'_> {
    /// The elements of the step that belong to each parameter.
    pub fn parameters(&self) -> &[Range<usize>] {
        self.parameters
    }

    /// The shape of each of the parameters, in the orientation in which it was made.
    pub fn shapes(&self) -> &[Shape] {
        self.shapes
    }

    /// The shape of all that is stepped: of one parameter its own, of several that of a vector.
    fn shape(&self) -> Shape {
        match self.shapes {
            [shape] => *shape,
            _ => [self.parameters.last().map_or(0, |range| range.end)].into(),
        }
    }

    /// The Euclidean norm of all gradients of the model as they arrived.
    ///
    /// # Panics
    ///
    /// When the rule does not announce it by [`Rule::uses_global_norm`].
    #[track_caller]
    pub fn global_norm(&self) -> f64 {
        self.global_norm.expect("a rule that reads the global norm returns true from `uses_global_norm`")
    }
}

/// Asserts that a hyper-parameter is finite and inside of its range.
#[track_caller]
fn demand(rule: &str, name: &str, value: f64, inside: bool, range: &str) {
    assert!(value.is_finite() && inside, "{rule}: the {name} should be {range}, found {value}");
}

/// Asserts that a learning rate or a decay is finite and not negative.
#[track_caller]
fn demand_not_negative(rule: &str, name: &str, value: f64) {
    demand(rule, name, value, value >= 0.0, "finite and not negative");
}

/// Asserts that the factor of a running mean is in `[0, 1)`.
#[track_caller]
fn demand_fraction(rule: &str, name: &str, value: f64) {
    demand(rule, name, value, (0.0..1.0).contains(&value), "at least 0 and below 1");
}
