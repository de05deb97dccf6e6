//! What files of this library say in their metadata, version 2. Version 1 has no names of rules.
//!
//! | key | text |
//! |---|---|
//! | `recurve.version` | `2` |
//! | `recurve.checksum` | that of everything else |
//! | `recurve.alias.OTHER` | the name under which the parameter or buffer of the path `OTHER` is stored |
//! | `recurve.transposed.PATH` | `true` where a path holds the stored matrix transposed |
//! | `recurve.frozen.NAME` | `true` where a parameter was frozen at run time |
//! | `recurve.optimizer` | `true` where the states of an optimiser follow |
//! | `recurve.optimizer.NAME` | `stepped`, or `frozen` in the optimiser: there is a state for this parameter |
//! | `recurve.rule.NAME` | the name of the rule that made the state of this parameter |

use std::collections::{BTreeMap, BTreeSet};

use super::array::Array;
use super::checkpoint::{Checkpoint, Name, State, Stored};
use super::format::{CHECKSUM, Contents};
use crate::error::{Error, ErrorKind, Result};
use crate::module::in_words;

/// How keys of this library begin.
pub(super) const OWN: &str = "recurve.";
/// How the names of arrays of an optimiser begin: `optimizer:PATH:first`.
pub(super) const OPTIMIZER: &str = "optimizer:";

/// What is written.
const VERSION: &str = "2";
/// What is read beside it: the same without names of rules.
const WITHOUT_RULES: &str = "1";
const TRUE: &str = "true";

/// The file of a checkpoint.
pub(super) fn explained(checkpoint: &Checkpoint) -> Result<Contents> {
    let mut metadata = checkpoint.metadata.clone();
    let mut note = |key: String, text: &str| metadata.insert(format!("{OWN}{key}"), text.to_owned());
    note("version".to_owned(), VERSION);
    let mut first: BTreeMap<usize, &str> = BTreeMap::new();
    let mut arrays = Vec::new();
    for Name { path, array, transposed } in &checkpoint.names {
        let stored = &checkpoint.arrays[*array];
        match first.get(array) {
            Some(name) => drop(note(format!("alias.{path}"), name)),
            None => {
                first.insert(*array, path);
                arrays.push((path.clone(), stored.value.clone()));
                if stored.frozen {
                    note(format!("frozen.{path}"), TRUE);
                }
            }
        }
        if *transposed {
            note(format!("transposed.{path}"), TRUE);
        }
    }
    if let Some(states) = &checkpoint.states {
        note("optimizer".to_owned(), TRUE);
        for State { path, frozen, rule, tensors } in states {
            note(format!("optimizer.{path}"), if *frozen { "frozen" } else { "stepped" });
            if let Some(rule) = rule {
                note(format!("rule.{path}"), rule);
            }
            arrays.extend(tensors.iter().map(|(name, array)| (format!("{OPTIMIZER}{path}:{name}"), array.clone())));
        }
    }
    if let Some((name, array)) = arrays.iter().find(|(_, array)| array.is_foreign()) {
        let message = format!("`{name}` has elements of type {}, which this library does not write", array.type_name());
        return Err(checkpoint.error(ErrorKind::Type, message));
    }
    Ok(Contents { arrays, metadata })
}

/// The checkpoint in a file.
pub(super) fn understood(place: String, contents: Contents) -> Result<Checkpoint> {
    let mut checkpoint = Checkpoint::empty(place);
    let (own, metadata) = contents.metadata.into_iter().partition(|(key, _)| key.starts_with(OWN));
    checkpoint.metadata = metadata;
    let notes = Notes::read(&checkpoint, own)?;
    let (states, arrays): (Vec<_>, Vec<_>) =
        contents.arrays.into_iter().partition(|(name, _)| notes.has_optimizer && name.starts_with(OPTIMIZER));
    checkpoint.knows_ties = notes.is_own;
    add_arrays(&mut checkpoint, arrays, &notes)?;
    if notes.has_optimizer {
        checkpoint.states = Some(read_states(&checkpoint, states, &notes)?);
    }
    Ok(checkpoint)
}

/// The library's own metadata of a file, by kind.
#[derive(Default)]
struct Notes {
    is_own: bool,
    has_optimizer: bool,
    aliases: BTreeMap<String, String>,
    transposed: BTreeSet<String>,
    frozen: BTreeSet<String>,
    /// Whether a state is frozen, by the name of its parameter.
    states: BTreeMap<String, bool>,
    /// The name of the rule that made a state, by the name of its parameter.
    rules: BTreeMap<String, String>,
}

impl Notes {
    fn read(checkpoint: &Checkpoint, mut own: BTreeMap<String, String>) -> Result<Self> {
        let mut notes = Self::default();
        let version = own.remove(&format!("{OWN}version"));
        let has_rules = match version.as_deref() {
            None if own.is_empty() => return Ok(notes),
            Some(version @ (VERSION | WITHOUT_RULES)) if own.remove(CHECKSUM).is_some() => version == VERSION,
            Some(VERSION | WITHOUT_RULES) | None => {
                return Err(damaged(checkpoint, "its metadata lack the version or the checksum"));
            }
            Some(other) => {
                let message = format!(
                    "the format has version {other:?}, and this version of recurve reads up to version {VERSION:?}; read the \
                     file by the version of recurve that wrote it, or a later one"
                );
                return Err(checkpoint.error(ErrorKind::Data, message));
            }
        };
        notes.is_own = true;
        for (key, text) in own {
            let (kind, name) = match key[OWN.len()..].split_once('.') {
                Some((kind, name)) => (kind, Some(name.to_owned())),
                None => (&key[OWN.len()..], None),
            };
            match (kind, name, &*text) {
                ("alias", Some(path), _) => drop(notes.aliases.insert(path, text)),
                ("transposed", Some(path), TRUE) => drop(notes.transposed.insert(path)),
                ("frozen", Some(name), TRUE) => drop(notes.frozen.insert(name)),
                ("optimizer", None, TRUE) => notes.has_optimizer = true,
                ("optimizer", Some(name), "frozen" | "stepped") => drop(notes.states.insert(name, text == "frozen")),
                ("rule", Some(name), _) if has_rules => drop(notes.rules.insert(name, text)),
                _ => return Err(damaged(checkpoint, format!("its metadata has the unknown entry {key:?}: {text:?}"))),
            }
        }
        Ok(notes)
    }
}

fn damaged(checkpoint: &Checkpoint, what: impl AsRef<str>) -> Error {
    checkpoint.error(ErrorKind::Data, format!("the file is damaged: {}", what.as_ref()))
}

/// The arrays of the model with all their names.
fn add_arrays(checkpoint: &mut Checkpoint, arrays: Vec<(String, Array)>, notes: &Notes) -> Result<()> {
    let mut places = BTreeMap::new();
    for (at, (path, value)) in arrays.into_iter().enumerate() {
        let (frozen, transposed) = (notes.frozen.contains(&path), notes.transposed.contains(&path));
        checkpoint.arrays.push(Stored { value, frozen });
        places.insert(path.clone(), at);
        checkpoint.names.push(Name { path, array: at, transposed });
    }
    for (path, target) in &notes.aliases {
        let Some(&array) = places.get(target) else {
            return Err(damaged(checkpoint, format!("`{path}` should be `{target}`, which is missing")));
        };
        let transposed = notes.transposed.contains(path);
        checkpoint.names.push(Name { path: path.clone(), array, transposed });
    }
    let is_name = |path: &&String| checkpoint.array_of(path).is_some();
    let mut noted = notes.transposed.iter().chain(&notes.frozen).chain(notes.states.keys());
    if let Some(path) = noted.find(|path| !is_name(path)) {
        return Err(damaged(checkpoint, format!("its metadata names `{path}`, which is missing")));
    }
    if let Some(path) = notes.rules.keys().find(|path| !notes.states.contains_key(*path)) {
        return Err(damaged(checkpoint, format!("its metadata has a rule for `{path}`, which has no state")));
    }
    checkpoint.check_names()
}

/// The states of the optimiser, each for the parameter that its arrays name.
fn read_states(checkpoint: &Checkpoint, arrays: Vec<(String, Array)>, notes: &Notes) -> Result<Vec<State>> {
    let mut states: BTreeMap<&str, State> = BTreeMap::new();
    for (path, frozen) in &notes.states {
        let rule = notes.rules.get(path).cloned();
        states.insert(path, State { path: path.clone(), frozen: *frozen, rule, tensors: Vec::new() });
    }
    for (name, array) in arrays {
        // The path of a parameter can have a colon in a map key, the names in a state are those of fields.
        let place = name[OPTIMIZER.len()..].rsplit_once(':');
        match place.and_then(|(path, tensor)| Some((states.get_mut(path)?, tensor))) {
            Some((state, tensor)) => state.tensors.push((tensor.to_owned(), array)),
            None => return Err(damaged(checkpoint, format!("`{name}` belongs to no parameter"))),
        }
    }
    Ok(states.into_values().collect())
}

/// The text with a key, or what to say where there is none.
pub(crate) fn text<'a>(metadata: &'a BTreeMap<String, String>, key: &str) -> std::result::Result<&'a str, String> {
    let missing = || {
        let keys: Vec<&str> = metadata.keys().map(String::as_str).collect();
        format!("the metadata has no `{key}`; there are {}", in_words(&keys))
    };
    metadata.get(key).map(String::as_str).ok_or_else(missing)
}
