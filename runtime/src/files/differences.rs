//! What keeps a file from being loaded.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::ErrorKind;
use crate::module::in_words;

/// What keeps a checkpoint from being loaded into a model, all of it at once, from
/// [`Checkpoint::differences`](super::Checkpoint::differences). `Display` gives the line that stands in the error.
///
/// Arrays of an optimiser are named `optimizer:`, the name of the parameter, `:`, the name in the state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    pub(super) missing: Vec<String>,
    pub(super) unexpected: Vec<String>,
    pub(super) mis_shaped: Vec<String>,
    pub(super) mis_typed: Vec<String>,
    /// What the message says of each of the mis-shaped ones.
    pub(super) shapes: Vec<String>,
    /// What the message says of each of the mis-typed ones.
    pub(super) types: Vec<String>,
    pub(super) ties: Vec<String>,
    /// The parameters whose states are those of another rule, by the names of the rules: that of the optimiser, that of the
    /// checkpoint. Only where an optimiser is resumed.
    pub(super) rules: BTreeMap<(String, String), Vec<String>>,
}

impl Differences {
    /// Whether there are none: the checkpoint can be loaded.
    pub fn is_empty(&self) -> bool {
        self.kind().is_none()
    }

    /// The names that the model has and the checkpoint lacks.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The names that the checkpoint has and the model lacks.
    pub fn unexpected(&self) -> &[String] {
        &self.unexpected
    }

    /// The names of arrays with another shape than the model's.
    pub fn mis_shaped(&self) -> &[String] {
        &self.mis_shaped
    }

    /// The names of arrays with another element type than the model's.
    pub fn mis_typed(&self) -> &[String] {
        &self.mis_typed
    }

    /// What is tied otherwise, in words.
    pub fn ties(&self) -> &[String] {
        &self.ties
    }

    pub(super) fn kind(&self) -> Option<ErrorKind> {
        let Self { missing, unexpected, mis_shaped, mis_typed, ties, rules, .. } = self;
        match () {
            () if !(missing.is_empty() && unexpected.is_empty() && rules.is_empty()) => Some(ErrorKind::Name),
            () if !mis_shaped.is_empty() => Some(ErrorKind::Shape),
            () if !mis_typed.is_empty() => Some(ErrorKind::Type),
            () if !ties.is_empty() => Some(ErrorKind::Sharing),
            () => None,
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |word: &str, names: &[String]| {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            (!names.is_empty()).then(|| format!("{word} {names}"))
        };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(names("missing", &self.missing));
        parts.extend(names("unexpected", &self.unexpected));
        parts.extend(self.shapes.iter().chain(&self.types).chain(&self.ties).cloned());
        for ((expected, found), paths) in &self.rules {
            let paths = in_words(&paths.iter().map(String::as_str).collect::<Vec<_>>());
            parts.push(format!(
                "the states of {paths} should be those of the rule `{expected}`, found those of `{found}`"
            ));
        }
        if !self.rules.is_empty() {
            let cure = "set the optimiser up by the rule that was saved, or, if both remember the same, resume by \
                        `Checkpoint::any_rule`";
            parts.push(cure.to_owned());
        }
        if !self.types.is_empty() {
            parts.push("to round f32 and f64 to the types of the model, load by `Checkpoint::cast`".to_owned());
        }
        f.write_str(&parts.join("; "))
    }
}
