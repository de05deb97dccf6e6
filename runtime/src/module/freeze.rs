//! Freezing and thawing by path.

use super::names::in_words;
use super::{Module, Parameter, each_param};
use crate::error::{Error, ErrorKind, Result};

pub(super) fn set(model: &impl Module, pattern: &str, frozen: bool) -> Result<usize> {
    let word = if frozen { "freeze" } else { "thaw" };
    let parameters = model.parameters()?;
    let matches = |parameter: &&Parameter| {
        std::iter::once(parameter.path())
            .chain(parameter.aliases().iter().map(String::as_str))
            .any(|path| covers_path(pattern, path))
    };
    let chosen: Vec<&Parameter> = parameters.iter().filter(matches).collect();
    if chosen.is_empty() {
        let paths: Vec<&str> = parameters.iter().map(Parameter::path).collect();
        let message = format!("no parameter matches {pattern:?}; there are {}", in_words(&paths));
        return Err(Error::new(ErrorKind::Name, word, message));
    }
    if let Some(fixed) = chosen.iter().find(|parameter| !frozen && parameter.is_frozen_by_attribute()) {
        let message = format!("`{}` is frozen by its attribute `#[module(frozen)]`; remove it to train", fixed.path());
        return Err(Error::new(ErrorKind::Value, word, message));
    }
    for parameter in &chosen {
        each_param!(AnyParam, parameter.handle(), param => param.freeze(frozen));
    }
    Ok(chosen.len())
}

/// Whether `pattern`, or a path below it, covers `path`: `*` stands for one name, or in a name for any characters,
/// `**` for any number of names.
pub(crate) fn covers_path(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let path: Vec<&str> = path.split('.').collect();
    covers(&pattern, &path)
}

fn covers(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skipped| covers(rest, &path[skipped..])),
        ([name, rest @ ..], [first, after @ ..]) => {
            covers_name(name.as_bytes(), first.as_bytes()) && covers(rest, after)
        }
        (_, []) => false,
    }
}

fn covers_name(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], _) => name.is_empty(),
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|skipped| covers_name(rest, &name[skipped..])),
        ([byte, rest @ ..], [first, after @ ..]) => byte == first && covers_name(rest, after),
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::covers_path as matches;

    #[test]
    fn patterns_cover_names_and_what_is_below() {
        assert!(matches("encoder", "encoder.0.weight"));
        assert!(matches("encoder.*.weight", "encoder.0.weight"));
        assert!(matches("**.bias", "encoder.0.bias"));
        assert!(matches("**", "x"));
        assert!(!matches("enc", "encoder.weight"));
        assert!(!matches("encoder.weight", "encoder"));
        assert!(!matches("*.bias", "encoder.0.bias"));
        assert!(matches("**.bias_*", "encoder.0.bias_hidden"));
        assert!(matches("*code*.0", "encoder.0.weight"));
        assert!(matches("gate", "gate") && matches("g*e", "gate") && matches("gate*", "gate"));
        assert!(!matches("g*e", "gates") && !matches("bias_*", "bias") && !matches("*_*", "weight"));
        assert!(!matches("", "x"));
    }
}
