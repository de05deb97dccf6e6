//! From a checkpoint into a model: everything is matched first, and set only if all of it fits.

use std::collections::{BTreeMap, BTreeSet};

use super::array::{Array, same_bits};
use super::checkpoint::{Checkpoint, Name};
use super::differences::Differences;
use super::slots::{Slot, slots};
use super::states;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Module, in_words};
use crate::optim::{Optimizer, Rule};
use crate::tensor::any::AnyTensor;

impl Checkpoint {
    /// Gives each parameter and buffer of `model`, frozen ones too, the value that it had when the checkpoint was made, and
    /// each parameter the frozen mark. Returns the number of parameters and buffers. States of an optimiser are left out.
    ///
    /// Names must be the same on both sides, and so must ties:
    ///
    /// - Names that are one parameter in the model may be several arrays in the file, if these have the same values.
    /// - Names that are one parameter in the file must be one in the model, see [`untie`](Self::untie).
    /// - In a file from elsewhere, which does not say what is tied, one name of each parameter is enough, and frozen marks
    ///   stay as they are.
    ///
    /// # Errors
    ///
    /// When something is missing, unexpected, mis-shaped, of another type or tied otherwise: the error says all of it, as
    /// [`differences`](Self::differences) does for programs, and the model is unchanged. And as [`of`](Self::of).
    #[doc(alias = "load_state_dict")]
    pub fn load(&self, model: &mut impl Module) -> Result<usize> {
        let slots = slots(model)?;
        let fit = self.fit(&slots)?;
        self.check(&fit.differences)?;
        self.put(slots, fit)
    }

    /// [`load`](Self::load) into a model and its optimiser, to train on as if nothing had happened. The optimiser is set up
    /// by the same rule for the new model; the constants of the rule are those of the program.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load); when the checkpoint has no states, those of a rule with another [name](Rule::name), see
    /// [`any_rule`](Self::any_rule), or of one that remembers something else; and when the optimiser belongs to another model.
    /// Model and optimiser are unchanged then. Files of version 1 of the format do not have the names of rules.
    pub fn resume<R: Rule>(&self, model: &mut impl Module, optimizer: &mut Optimizer<R>) -> Result<usize> {
        let slots = slots(model)?;
        let mut fit = self.fit(&slots)?;
        let states = states::fit(self, &slots, &mut fit, optimizer)?;
        self.check(&fit.differences)?;
        let count = self.put(slots, fit)?;
        states::put(optimizer, states);
        Ok(count)
    }

    /// What keeps the checkpoint from being loaded into `model`.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), and when a pattern of [`only`](Self::only) matches nothing in the model.
    ///
    /// ```
    /// use recurve::files::Checkpoint;
    /// use recurve::{Param, Tensor};
    ///
    /// let old = (Param::new(Tensor::<f32>::zeros([2])), Param::new(Tensor::<f32>::zeros([3])));
    /// let new = vec![Param::new(Tensor::<f32>::zeros([4]))];
    /// let differences = Checkpoint::of(&old)?.differences(&new)?;
    /// assert_eq!(differences.unexpected(), ["1"]);
    /// assert_eq!(differences.to_string(), "unexpected `1`; `0` should have shape [4], found [2]");
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn differences(&self, model: &impl Module) -> Result<Differences> {
        Ok(self.fit(&slots(model)?)?.differences)
    }

    fn check(&self, differences: &Differences) -> Result<()> {
        match differences.kind() {
            None => Ok(()),
            Some(kind) => Err(self.error(kind, format!("does not fit the model, which is unchanged: {differences}"))),
        }
    }

    /// Matches arrays and slots.
    fn fit(&self, slots: &[Slot]) -> Result<Fit> {
        self.check_patterns(slots)?;
        let names: BTreeMap<&str, &Name> = self.names.iter().map(|name| (name.path.as_str(), name)).collect();
        let mut fit = Fit::default();
        for slot in slots {
            let chosen = slot.names().any(|path| self.is_chosen(path));
            fit.slots.push(if chosen { self.fit_slot(slot, &names, &mut fit.differences) } else { Found::default() });
        }
        self.find_unexpected(slots, &mut fit.differences);
        if !self.options.untie {
            self.find_untied(slots, &names, &mut fit);
        }
        Ok(fit)
    }

    fn check_patterns(&self, slots: &[Slot]) -> Result<()> {
        let unused = |pattern: &&String| !slots.iter().any(|slot| slot.is_covered(pattern));
        let Some(pattern) = self.options.patterns.iter().find(unused) else { return Ok(()) };
        let paths: Vec<&str> = slots.iter().map(Slot::path).collect();
        let message =
            format!("no parameter or buffer of the model matches {pattern:?}; there are {}", in_words(&paths));
        Err(self.error(ErrorKind::Name, message))
    }

    fn fit_slot(&self, slot: &Slot, names: &BTreeMap<&str, &Name>, differences: &mut Differences) -> Found {
        let found = slot.paths.iter().filter_map(|(path, turned)| {
            let name = names.get(path.as_str())?;
            Some((path, name.array, name.transposed != *turned))
        });
        let found: Vec<(&String, usize, bool)> = found.collect();
        if self.knows_ties || found.is_empty() {
            let missing = slot.names().filter(|path| !names.contains_key(path));
            let missing = missing.take(if self.knows_ties { usize::MAX } else { 1 });
            differences.missing.extend(missing.map(str::to_owned));
        }
        let Some(&(first, array, turned)) = found.first() else { return Found::default() };
        let value = self.value_for(slot, first, array, turned, differences);
        let mut seen = BTreeSet::from([(array, turned)]);
        for (path, array, turned) in found {
            if !seen.insert((array, turned)) {
                continue;
            }
            let other = self.value_for(slot, path, array, turned, differences);
            if let (Some(value), Some(other)) = (&value, &other)
                && !same_bits(value, other)
            {
                differences.ties.push(format!("`{first}` and `{path}` are one parameter in the model, but differ"));
            }
        }
        Found { array: Some(array), turned, value }
    }

    /// The value of an array for a slot, or a note of why it does not fit.
    fn value_for(
        &self,
        slot: &Slot,
        path: &str,
        array: usize,
        turned: bool,
        differences: &mut Differences,
    ) -> Option<AnyTensor> {
        let stored = &self.arrays[array].value;
        let turned = if turned { stored.transposed() } else { None };
        let array = turned.as_ref().unwrap_or(stored);
        fitted(self, path, array, &slot.shape(), slot.dtype(), differences)
    }

    fn find_unexpected(&self, slots: &[Slot], differences: &mut Differences) {
        let known: BTreeSet<&str> = slots.iter().flat_map(Slot::names).collect();
        let unexpected = self.names().filter(|name| self.is_chosen(name) && !known.contains(name));
        differences.unexpected.extend(unexpected.map(str::to_owned));
    }

    /// Notes the arrays that are several parameters of the model.
    fn find_untied(&self, slots: &[Slot], names: &BTreeMap<&str, &Name>, fit: &mut Fit) {
        let mut users: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
        for (at, slot) in slots.iter().enumerate().filter(|(at, _)| fit.slots[*at].array.is_some()) {
            for (path, name) in slot.names().filter_map(|path| Some((path, names.get(path)?))) {
                let &mut (user, first) = users.entry(name.array).or_insert((at, path));
                if user != at {
                    fit.differences.ties.push(format!(
                        "`{first}` and `{path}` are one parameter in the file and two in the model; tie them by `share`, \
                         or load by `Checkpoint::untie`"
                    ));
                }
            }
        }
    }

    /// Sets what was matched: all of it, because it fits, unless a buffer is lent to this thread.
    fn put(&self, slots: Vec<Slot>, fit: Fit) -> Result<usize> {
        let marks = self.knows_ties && self.options.patterns.is_empty();
        slots.iter().try_for_each(Slot::check_not_lent)?;
        let mut count = 0;
        for (slot, found) in slots.into_iter().zip(fit.slots) {
            let (Some(array), Some(value)) = (found.array, found.value) else { continue };
            if marks {
                slot.freeze(self.arrays[array].frozen);
            }
            slot.set(value)?;
            count += 1;
        }
        Ok(count)
    }
}

/// What was found for the slots of a model, in their order.
#[derive(Default)]
pub(super) struct Fit {
    pub(super) slots: Vec<Found>,
    pub(super) differences: Differences,
}

#[derive(Default)]
pub(super) struct Found {
    pub(super) array: Option<usize>,
    /// Whether the matrix in the file is the transposed one.
    pub(super) turned: bool,
    value: Option<AnyTensor>,
}

/// The real numbers of an array, if they have this shape and type.
pub(super) fn fitted(
    checkpoint: &Checkpoint,
    path: &str,
    array: &Array,
    shape: &[usize],
    dtype: crate::DType,
    differences: &mut Differences,
) -> Option<AnyTensor> {
    let value = array.real().filter(|value| checkpoint.options.cast || value.dtype() == dtype);
    if value.is_none() {
        differences.mis_typed.push(path.to_owned());
        differences.types.push(format!("`{path}` should hold {dtype}, found {}", array.type_name()));
    }
    if array.shape() != shape {
        differences.mis_shaped.push(path.to_owned());
        differences.shapes.push(format!("`{path}` should have shape {shape:?}, found {:?}", array.shape()));
        return None;
    }
    value.map(|value| value.cast_to(dtype))
}

/// The error for an optimiser that belongs to another model.
pub(super) fn of_another_model(path: &str) -> Error {
    let message = "the optimiser was set up for a model with this parameter, which the model here does not have; pass the \
                   model of `setup`";
    Error::new(ErrorKind::Name, path.to_owned(), message)
}
