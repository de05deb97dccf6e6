//! A rule with its states for the parameters of a model.

use std::fmt;

use super::pass::{self, Due};
use super::state::{ParameterState, StateMut, not_finite};
use super::{Rule, demand_not_negative};
use crate::autodiff::Gradients;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyParam, Id, Listing, Module, Parameter};
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
    /// The different settings of the rule; each state says which is its own.
    pub(super) rules: Vec<R>,
    pub(super) states: Vec<ParameterState<R>>,
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
        Self::with_rules(vec![rule], model, |_| Ok(0))
    }

    /// With the rule for each parameter that `choose` says by its place in the list.
    pub(super) fn with_rules(
        rules: Vec<R>,
        model: &impl Module,
        mut choose: impl FnMut(&Parameter) -> Result<usize>,
    ) -> Result<Self> {
        rules.iter().try_for_each(Rule::check)?;
        // Frozen ones too: they may be thawed later, and their state is made then.
        let states = model.parameters()?.into_iter().filter(|parameter| !parameter.is_frozen_by_attribute());
        let states = states.map(|parameter| {
            let rule = choose(&parameter);
            if parameter.is_frozen() {
                return Ok(ParameterState::new(rule, &parameter));
            }
            let rule = rule?;
            let mut state = ParameterState::new(Ok(rule), &parameter);
            state.start(&rules[rule], parameter.handle());
            Ok(state)
        });
        let states = states.collect::<Result<Vec<_>>>()?;
        let index = states.iter().enumerate().map(|(at, state)| (state.id, at)).collect();
        Ok(Self { rules, states, index })
    }

    /// The rule, to read its constants. With several settings ([`Groups`](super::Groups), [`adjust`](Self::adjust)) the
    /// first of them; [`rule_at`](Self::rule_at) has that of each parameter.
    pub fn rule(&self) -> &R {
        &self.rules[0]
    }

    /// The rule, to change its constants during training: `opt.rule_mut().set_learning_rate(1e-4)`, or of the second
    /// rule of a chain, `opt.rule_mut().1.set_learning_rate(1e-4)`. All states stay.
    ///
    /// With several settings the first of them: that of the first group, or of the parameters that were never adjusted.
    pub fn rule_mut(&mut self) -> &mut R {
        &mut self.rules[0]
    }

    /// Sets the learning rate of all rules that have one, in chains and groups too: the line of a training loop that
    /// follows a [`schedule`](super::schedule). All states stay.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite, or the rule has none.
    ///
    /// ```
    /// use recurve::optim::schedule::{Schedule, StepDecay};
    /// use recurve::optim::{Adam, ClipNorm, Rule};
    /// use recurve::{Param, Tensor};
    ///
    /// let schedule = StepDecay::new(0.1, 30, 0.5);
    /// let mut opt = (ClipNorm::new(1.0), Adam::new(0.1)).setup(&Param::new(Tensor::from([1.0_f32])))?;
    /// opt.set_learning_rate(schedule.at(31));
    /// assert_eq!(opt.rule().1.learning_rate(), 0.05);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[track_caller]
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        demand_not_negative("Optimizer", "learning rate", learning_rate);
        let mut found = false;
        for rule in &mut self.rules {
            rule.visit_learning_rates(&mut |rate| (*rate, found) = (learning_rate, true));
        }
        assert!(found, "Optimizer: the rule has no learning rate to set; add a rule that has one to the chain");
    }

    /// The states in the order of [`Module::trainables`] at [`Rule::setup`], for a loop over states, parameters and
    /// gradients. Those that were made since for thawed parameters stand at their places.
    pub fn states_mut(&mut self) -> impl ExactSizeIterator<Item = StateMut<'_, R>> {
        let rules = &self.rules;
        let started = self.states.iter_mut().filter(|state| state.has_started());
        let states: Vec<_> = started.map(|state| StateMut { rule: &rules[state.rule], state }).collect();
        states.into_iter()
    }

    /// Makes the states of the parameters that were frozen in the model at [`Rule::setup`] and are not any more; returns
    /// their number. [`update`](Self::update) does that by itself; a loop over [`states_mut`](Self::states_mut) needs it
    /// after a thaw.
    ///
    /// # Errors
    ///
    /// When such a parameter is in no group or in more than one ([`Groups`](super::Groups)), or belongs to another model,
    /// and as [`Module::parameters`]; nothing is changed then.
    ///
    /// ```
    /// use recurve::optim::{Adam, Rule};
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f64])));
    /// model.freeze("0")?;
    /// let mut opt = Adam::new(0.1).setup(&model)?;
    /// model.thaw("0")?;
    /// assert_eq!(opt.states_mut().len(), 1);
    /// assert_eq!(opt.add_states(&model)?, 1);
    /// assert_eq!(opt.states_mut().len(), 2);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn add_states(&mut self, model: &impl Module) -> Result<usize> {
        let listing = Listing::strict(model)?;
        let mut added = Vec::new();
        for (at, entry) in listing.entries.iter().enumerate().filter(|(_, entry)| !entry.is_frozen()) {
            let state = self.state_of(entry.handle.id(), listing.name(at))?;
            if !self.states[state].has_started() {
                added.push((state, entry.handle.share()));
            }
        }
        for (state, param) in &added {
            let state = &mut self.states[*state];
            state.start(&self.rules[state.rule], param);
        }
        Ok(added.len())
    }

    /// The place of the state of a parameter that is to be stepped.
    fn state_of(&self, id: Id, path: &str) -> Result<usize> {
        let at = *self.index.get(&id).ok_or_else(|| without_state(path))?;
        self.states[at].refusal.clone().map_or(Ok(at), Err)
    }

    /// All states, to be saved.
    pub(crate) fn states(&self) -> &[ParameterState<R>] {
        &self.states
    }

    /// What files call the rule of a state; `None` where none is known for the parameter.
    pub(crate) fn rule_name(&self, state: &ParameterState<R>) -> Option<String> {
        state.refusal.is_none().then(|| self.rules[state.rule].name())
    }

    /// Puts another state for the same parameter.
    pub(crate) fn put_state(&mut self, at: usize, state: ParameterState<R>) {
        self.states[at] = state;
    }

    /// Steps every parameter of `model` that is not frozen by its gradient, in place.
    ///
    /// A tied parameter is stepped once, by the sum of the gradients of its uses. A frozen one, be it in the model or in
    /// the optimiser, keeps its value and its state. One that was frozen at setup and is thawed gets its state now.
    ///
    /// The buffer of a [`Flat`](crate::flat::Flat) model is gone through once, in its order. Several threads, no more than
    /// the caller's pool of rayon has, share the work where it is more than some 400 thousand elements; the result is
    /// the same on any number.
    ///
    /// # Errors
    ///
    /// When a gradient is missing, does not fit or is not finite, when a parameter has no state or a state no
    /// parameter (another model), when a thawed parameter is in no group, and as [`Module::parameters`]. Model and states
    /// are unchanged then.
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
            let state = self.state_of(id, path)?;
            if self.states[state].frozen {
                continue;
            }
            let Some(gradient) = gradients.by_id(id) else {
                plan.skipped.push((path.to_owned(), id));
                continue;
            };
            Gradients::check_fit(path, param.shape(), param.dtype(), gradient)?;
            if !gradients.is_finite_at(id) {
                return Err(not_finite(path, gradient));
            }
            param.check_not_lent(path)?;
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
        let Self { rules, states, .. } = self;
        let mut states: Vec<Option<&mut ParameterState<R>>> = states.iter_mut().map(Some).collect();
        let due = plan.steps.iter().filter_map(|step| {
            let state = states[step.state].take().unwrap_or_else(|| unreachable!("one step for each parameter"));
            let rule = &rules[state.rule];
            state.start(rule, &step.param);
            let gradient = state.gather(rule, step.gradient)?;
            Some(Due { state, rule, param: &step.param, gradient })
        });
        let due: Vec<Due<'_, R>> = due.collect();
        let uses_global_norm = due.iter().any(|due| due.rule.uses_global_norm());
        let global_norm = uses_global_norm.then(|| Gradients::norm_of(due.iter().map(|due| &due.gradient)));
        pass::run(due, global_norm);
    }
}

fn without_state(path: &str) -> Error {
    let message = "the optimiser has no state for this parameter: it belongs to another model, or its field was marked \
                   `#[module(frozen)]`; set up the optimiser with this model";
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

/// The rules and the paths of the parameters, not the states.
impl<R: Rule + fmt::Debug> fmt::Debug for Optimizer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> =
            self.states.iter().filter(|state| state.has_started()).map(|state| state.path.as_str()).collect();
        f.debug_struct("Optimizer").field("rules", &self.rules).field("parameters", &paths).finish()
    }
}
