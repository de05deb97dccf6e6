//! What is said of parameters by pattern: freezing, and settings of their own.

use super::{Optimizer, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::module::{covers_path, in_words};

impl<R: Rule> Optimizer<R> {
    /// Makes updates leave the parameters whose path matches `pattern`, and their states, as they are. Returns their
    /// number.
    ///
    /// Patterns are those of [`Module::freeze`](crate::Module::freeze), and match any path of a tied parameter. That
    /// method also saves the work of computing gradients; this one leaves the model alone, so that one of two optimisers can
    /// pause.
    ///
    /// # Errors
    ///
    /// When nothing matches.
    ///
    /// ```
    /// use recurve::optim::{Rule, Sgd};
    /// use recurve::{Gradients, Param, Tensor};
    ///
    /// let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f64])));
    /// let mut opt = Sgd::new(0.5).setup(&model)?;
    /// opt.freeze("0")?;
    /// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 1.0]))?;
    /// opt.update(&mut model, &gradients)?;
    /// assert_eq!((model.0.get().item(), model.1.get().item()), (1.0, 0.5));
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn freeze(&mut self, pattern: &str) -> Result<usize> {
        self.set_frozen("Optimizer::freeze", pattern, true)
    }

    /// Makes updates step the parameters whose path matches `pattern` again, from the states that they had.
    ///
    /// # Errors
    ///
    /// When nothing matches.
    #[doc(alias = "unfreeze")]
    pub fn thaw(&mut self, pattern: &str) -> Result<usize> {
        self.set_frozen("Optimizer::thaw", pattern, false)
    }

    /// Changes the settings of the rule for the parameters whose path matches `pattern`, and for no others; the states
    /// stay. Returns the number of parameters.
    ///
    /// # Errors
    ///
    /// When nothing matches, or `change` puts the other rule of an [`Either`](super::Either), whose state is another;
    /// nothing is changed then.
    ///
    /// ```
    /// use recurve::optim::{AdamW, Rule};
    /// use recurve::{Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f64])));
    /// let mut opt = AdamW::new(1e-3).setup(&model)?;
    /// opt.adjust("1", |rule| *rule = rule.weight_decay(0.0))?;
    /// opt.adjust("*", |rule| rule.set_learning_rate(1e-4))?;
    /// assert_eq!(opt.rule_at("1")?, &AdamW::new(1e-4).weight_decay(0.0));
    /// assert_eq!(opt.rule_at("0")?, &AdamW::new(1e-4));
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "param_groups")]
    pub fn adjust(&mut self, pattern: &str, mut change: impl FnMut(&mut R)) -> Result<usize>
    where
        R: Clone,
    {
        let chosen = self.matching("Optimizer::adjust", pattern)?;
        let mut changed = self.rules.clone();
        changed
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| self.is_chosen(&chosen, *at))
            .for_each(|(_, rule)| change(rule));
        for &state in &chosen {
            let state = &self.states[state];
            changed[state.rule].check()?;
            if !state.belongs_to(&changed[state.rule]) {
                let message = "the state of this parameter is that of another rule; set up an optimiser to step by it";
                return Err(Error::new(ErrorKind::Value, state.path.clone(), message));
            }
        }
        self.put(&chosen, changed);
        Ok(chosen.len())
    }

    /// The rule of the parameter with this path, with its settings.
    ///
    /// # Errors
    ///
    /// When no parameter has this path.
    pub fn rule_at(&self, path: &str) -> Result<&R> {
        let state = self.states.iter().find(|state| state.path == path || state.aliases.iter().any(|a| a == path));
        let state = state.ok_or_else(|| self.nothing("Optimizer::rule_at", &format!("has the path {path:?}")))?;
        Ok(&self.rules[state.rule])
    }

    /// Whether one of the chosen states has this rule.
    fn is_chosen(&self, chosen: &[usize], rule: usize) -> bool {
        chosen.iter().any(|&state| self.states[state].rule == rule)
    }

    /// Gives the chosen states their changed rules: in place where all states of a rule are chosen, so that adjusting again
    /// and again makes no more of them.
    fn put(&mut self, chosen: &[usize], changed: Vec<R>) {
        for (at, rule) in
            changed.into_iter().enumerate().filter(|(at, _)| self.is_chosen(chosen, *at)).collect::<Vec<_>>()
        {
            let of_rule = |state: &usize| self.states[*state].rule == at;
            if (0..self.states.len()).filter(of_rule).all(|state| chosen.contains(&state)) {
                self.rules[at] = rule;
                continue;
            }
            let states: Vec<usize> = chosen.iter().copied().filter(of_rule).collect();
            for state in states {
                self.states[state].rule = self.rules.len();
            }
            self.rules.push(rule);
        }
    }

    fn set_frozen(&mut self, place: &'static str, pattern: &str, frozen: bool) -> Result<usize> {
        let chosen = self.matching(place, pattern)?;
        for &state in &chosen {
            self.states[state].frozen = frozen;
        }
        Ok(chosen.len())
    }

    /// The places of the states whose parameter has a path that the pattern covers.
    fn matching(&self, place: &'static str, pattern: &str) -> Result<Vec<usize>> {
        let covered = |at: &usize| {
            let state = &self.states[*at];
            std::iter::once(&state.path).chain(&state.aliases).any(|path| covers_path(pattern, path))
        };
        let chosen: Vec<usize> = (0..self.states.len()).filter(covered).collect();
        if chosen.is_empty() {
            return Err(self.nothing(place, &format!("matches {pattern:?}")));
        }
        Ok(chosen)
    }

    fn nothing(&self, place: &'static str, what: &str) -> Error {
        let paths: Vec<&str> = self.states.iter().map(|state| state.path.as_str()).collect();
        let message = format!("no parameter of the optimiser {what}; there are {}", in_words(&paths));
        Error::new(ErrorKind::Name, place, message)
    }
}
