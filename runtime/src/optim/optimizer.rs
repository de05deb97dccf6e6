//! A rule with its states for the parameters of a model.

use std::fmt;

use super::Rule;
use super::state::{ParameterState, StateMut, not_finite};
use crate::autodiff::Gradients;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyParam, Id, Listing, Module};
use crate::tensor::any::AnyTensor;

/// A [`Rule`] with one state for each parameter of a model, from [`Rule::setup`].
///
/// It belongs to the model by the identities of the parameters, and holds none of them. The training loop with
/// gradients of any origin, one array for each parameter:
///
/// ```
/// use recurve::optim::{Adam, Rule};
/// use recurve::{Module, Param, Tensor, ndarray::array};
///
/// let mut model = (Param::new(Tensor::from([1.0_f64, 2.0])), Param::new(Tensor::from([3.0_f64])));
/// let mut opt = Adam::new(1e-3).setup(&model)?;
/// let arrays = [array![0.1, -0.2], array![0.3]];
/// for ((s, p), g) in opt.states_mut().zip(model.trainables_mut()?).zip(arrays) {
///     s.update(p, &g)?;
/// }
/// assert!((model.1.get().item() - 2.999).abs() < 1e-9);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "Optimiser")]
pub struct Optimizer<R: Rule> {
    rule: R,
    states: Vec<ParameterState<R>>,
    index: DistinctMap<Id, usize>,
}

/// What [`Optimizer::update_partial`] left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    skipped: Vec<String>,
}

impl Report {
    /// The paths of the parameters without a gradient, in order. They and their states are as before.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }
}

/// The steps that an update will take: nothing is changed before all of them are known to be possible.
struct Plan<'a> {
    steps: Vec<Step<'a>>,
    skipped: Vec<(String, Id)>,
}

struct Step<'a> {
    state: usize,
    param: AnyParam,
    gradient: &'a AnyTensor,
}

impl<R: Rule> Optimizer<R> {
    pub(super) fn new(rule: R, model: &impl Module) -> Result<Self> {
        rule.check()?;
        let listing = Listing::strict(model)?;
        let trainable = (0..listing.entries.len()).filter(|&at| !listing.entries[at].is_frozen());
        let states: Vec<_> =
            trainable.map(|at| ParameterState::new(&rule, listing.name(at), &listing.entries[at].handle)).collect();
        let index = states.iter().enumerate().map(|(at, state)| (state.id, at)).collect();
        Ok(Self { rule, states, index })
    }

    /// The rule, to read its constants.
    pub fn rule(&self) -> &R {
        &self.rule
    }

    /// The rule, to change its constants during training: `opt.rule_mut().set_learning_rate(1e-4)`, or of the second
    /// rule of a chain, `opt.rule_mut().1.set_learning_rate(1e-4)`. All states stay.
    #[doc(alias = "adjust")]
    #[doc(alias = "set_learning_rate")]
    pub fn rule_mut(&mut self) -> &mut R {
        &mut self.rule
    }

    /// The states in the order of [`Module::trainables`] at [`Rule::setup`], for a loop over states, parameters and
    /// gradients.
    pub fn states_mut(&mut self) -> impl ExactSizeIterator<Item = StateMut<'_, R>> {
        let rule = &self.rule;
        self.states.iter_mut().map(move |state| StateMut { rule, state })
    }

    /// Steps every parameter of `model` that is not frozen by its gradient, in place.
    ///
    /// A tied parameter is stepped once, by the sum of the gradients of its uses. A frozen one keeps its value and its
    /// state.
    ///
    /// # Errors
    ///
    /// When a gradient is missing, does not fit or is not finite, when a parameter has no state or a state no
    /// parameter (another model, or frozen at setup), and as [`Module::parameters`]. Model and states are unchanged then.
    #[doc(alias = "step")]
    pub fn update(&mut self, model: &mut impl Module, gradients: &Gradients) -> Result<()> {
        let plan = self.plan(model, gradients)?;
        if let Some((path, id)) = plan.skipped.first() {
            return Err(missing(path, gradients.covers(*id)));
        }
        self.run(&plan);
        Ok(())
    }

    /// Like [`update`](Self::update), but leaves parameters without a gradient, and their states, as they are.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), except for missing gradients; gradients of another model are an error.
    ///
    /// ```
    /// use recurve::optim::{Adam, Rule};
    /// use recurve::{Param, Tensor, grad};
    ///
    /// let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([2.0_f64])));
    /// let mut opt = Adam::new(0.1).setup(&model)?;
    /// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.0.get().sum()))?;
    /// assert_eq!(opt.update_partial(&mut model, &gradients)?.skipped(), ["1"]);
    /// assert_eq!(model.1.get().item(), 2.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn update_partial(&mut self, model: &mut impl Module, gradients: &Gradients) -> Result<Report> {
        let plan = self.plan(model, gradients)?;
        if let [(path, _), ..] = &plan.skipped[..]
            && !plan.skipped.iter().any(|(_, id)| gradients.covers(*id))
            && plan.steps.is_empty()
        {
            return Err(missing(path, false));
        }
        self.run(&plan);
        Ok(Report { skipped: plan.skipped.into_iter().map(|(path, _)| path).collect() })
    }

    fn plan<'a>(&self, model: &impl Module, gradients: &'a Gradients) -> Result<Plan<'a>> {
        let listing = Listing::strict(model)?;
        self.check_present(&listing)?;
        let mut plan = Plan { steps: Vec::with_capacity(self.states.len()), skipped: Vec::new() };
        for (at, entry) in listing.entries.iter().enumerate().filter(|(_, entry)| !entry.is_frozen()) {
            let (param, path) = (&entry.handle, listing.name(at));
            let id = param.id();
            let state = *self.index.get(&id).ok_or_else(|| without_state(path))?;
            let Some(gradient) = gradients.by_id(id) else {
                plan.skipped.push((path.to_owned(), id));
                continue;
            };
            Gradients::check_fit(path, param.shape(), param.dtype(), gradient)?;
            if !gradients.is_finite_at(id) {
                return Err(not_finite(path, gradient));
            }
            plan.steps.push(Step { state, param: param.share(), gradient });
        }
        Ok(plan)
    }

    /// Refuses a model that lacks a parameter which the optimiser was set up for.
    fn check_present(&self, listing: &Listing) -> Result<()> {
        match self.states.iter().find(|state| !listing.index.contains_key(&state.id)) {
            None => Ok(()),
            Some(state) => {
                let message = "the optimiser was set up for a model with this parameter, which the model here does not \
                               have; pass the model of `setup`, or set up an optimiser for this one";
                Err(Error::new(ErrorKind::Name, state.path.clone(), message))
            }
        }
    }

    fn run(&mut self, plan: &Plan<'_>) {
        let global_norm =
            self.rule.uses_global_norm().then(|| Gradients::norm_of(plan.steps.iter().map(|step| step.gradient)));
        for Step { state, param, gradient } in &plan.steps {
            self.states[*state].step(&self.rule, param, (*gradient).clone(), global_norm);
        }
    }
}

fn without_state(path: &str) -> Error {
    let message = "the optimiser has no state for this parameter: it belongs to another model, or was frozen at `setup`; \
                   set up the optimiser with this model, and freeze after that";
    Error::new(ErrorKind::Name, path.to_owned(), message)
}

fn missing(path: &str, covered: bool) -> Error {
    let message = if covered {
        "has no gradient, because the loss does not depend on it; use the closure's argument inside the closure, freeze \
         the parameter, or call `update_partial`, which skips it"
    } else {
        "has no gradient, because the gradients belong to another model or were taken while it was frozen; take them \
         with this model"
    };
    Error::new(ErrorKind::Gradient, path.to_owned(), message)
}

/// The rule and the paths of the parameters, not the states.
impl<R: Rule + fmt::Debug> fmt::Debug for Optimizer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> = self.states.iter().map(|state| state.path.as_str()).collect();
        f.debug_struct("Optimizer").field("rule", &self.rule).field("parameters", &paths).finish()
    }
}
