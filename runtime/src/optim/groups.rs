//! Groups of parameters by path, each with its own rule.

use super::{Optimizer, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Module, Parameter, covers_path, in_words};

/// Groups of parameters by path pattern, each with its own settings of a rule; with [`Either`](super::Either) also with
/// rules of different types.
///
/// A pattern is that of [`Module::freeze`]: a path in which `*` stands for one name, or in a name for any characters, and
/// `**` for any number of names, and which stands for everything below it. Each parameter that is not frozen must be in
/// exactly one group; a frozen one when it is thawed.
///
/// ```
/// use recurve::optim::{AdamW, Groups};
/// use recurve::{Param, Tensor};
///
/// let layer = || vec![Param::new(Tensor::<f32>::ones([2, 2])), Param::new(Tensor::ones([2]))];
/// let model = (layer(), layer());
/// let opt = Groups::new()
///     .group("*.1", AdamW::new(1e-3).weight_decay(0.0)) // no decay of biases
///     .rest(AdamW::new(1e-3))
///     .setup(&model)?;
/// assert_eq!(opt.rule_at("0.1")?, &AdamW::new(1e-3).weight_decay(0.0));
///
/// let error = Groups::new().group("0", AdamW::new(1e-3)).setup(&model).unwrap_err();
/// assert!(error.to_string().starts_with("1.0: the parameter is in no group"), "{error}");
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// To change settings later, see [`Optimizer::adjust`].
#[doc(alias = "param_groups")]
#[doc(alias = "multi_transform")]
#[derive(Clone, Debug, Default)]
pub struct Groups<R> {
    patterns: Vec<String>,
    /// One for each pattern, and that of the rest.
    rules: Vec<R>,
    rest: Option<R>,
}

// Without the bound, so that a mistake is told where a rule is given, and only there.
impl<R> Groups<R> {
    /// No groups.
    pub fn new() -> Self {
        Self { patterns: Vec::new(), rules: Vec::new(), rest: None }
    }
}

impl<R: Rule> Groups<R> {
    /// A group: the parameters with a path that `pattern` covers are stepped by `rule`.
    #[must_use]
    pub fn group(mut self, pattern: impl Into<String>, rule: R) -> Self {
        self.patterns.push(pattern.into());
        self.rules.push(rule);
        self
    }

    /// The group of the parameters that no pattern covers.
    #[must_use]
    pub fn rest(self, rule: R) -> Self {
        Self { rest: Some(rule), ..self }
    }

    /// The optimiser of `model`, with one state for each parameter that is not frozen.
    ///
    /// # Errors
    ///
    /// When such a parameter is in no group or in more than one, when a pattern covers no parameter, and as
    /// [`Rule::setup`].
    pub fn setup(self, model: &impl Module) -> Result<Optimizer<R>> {
        let Self { patterns, mut rules, rest } = self;
        check_patterns(&patterns, &model.parameters()?)?;
        let has_rest = rest.is_some();
        rules.extend(rest);
        if rules.is_empty() {
            return Err(Error::new(ErrorKind::Value, "Groups", "there is no group; add one by `group` or `rest`"));
        }
        Optimizer::with_rules(rules, model, |parameter| {
            let covering = (0..patterns.len()).filter(|&at| covers(&patterns[at], parameter)).collect::<Vec<_>>();
            match covering[..] {
                [at] => Ok(at),
                [] if has_rest => Ok(patterns.len()),
                [] => Err(in_no_group(parameter, &patterns)),
                [first, second, ..] => Err(in_two_groups(parameter, &patterns[first], &patterns[second])),
            }
        })
    }
}

fn covers(pattern: &str, parameter: &Parameter) -> bool {
    let aliases = parameter.aliases().iter().map(String::as_str);
    std::iter::once(parameter.path()).chain(aliases).any(|path| covers_path(pattern, path))
}

fn check_patterns(patterns: &[String], parameters: &[Parameter]) -> Result<()> {
    match patterns.iter().find(|pattern| !parameters.iter().any(|parameter| covers(pattern, parameter))) {
        None => Ok(()),
        Some(pattern) => {
            let paths: Vec<&str> = parameters.iter().map(Parameter::path).collect();
            let message = format!("no parameter matches {pattern:?}; there are {}", in_words(&paths));
            Err(Error::new(ErrorKind::Name, "Groups", message))
        }
    }
}

fn in_no_group(parameter: &Parameter, patterns: &[String]) -> Error {
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let message = format!(
        "the parameter is in no group, the patterns are {}; add a group for it, or one for all others by `rest`",
        in_words(&patterns)
    );
    Error::new(ErrorKind::Name, parameter.path().to_owned(), message)
}

fn in_two_groups(parameter: &Parameter, first: &str, second: &str) -> Error {
    let tied = if parameter.aliases().is_empty() {
        String::new()
    } else {
        format!(" (it is also at {})", parameter.aliases_in_words())
    };
    let message = format!(
        "the parameter{tied} is in two groups, {first:?} and {second:?}; make one of the patterns narrower, or use `rest`"
    );
    Error::new(ErrorKind::Name, parameter.path().to_owned(), message)
}
