//! What a file says, as a value: arrays, the names under which they are used, and the states of an optimiser.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::array::Array;
use super::slots::slots;
use super::{atomic, format, metadata, states};
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Module, covers_path, in_words};
use crate::optim::{Optimizer, Rule};

/// The values of a model at one moment, on their way to a file or from one: parameters, buffers, which names are one
/// parameter, which are frozen, and the states of an optimiser if wanted.
///
/// Making one copies no elements: it shares them with the model, which copies on its next write. So a checkpoint can be
/// saved on another thread while training goes on.
///
/// Loading is all or nothing: whatever does not fit is told in one error, and the model is unchanged then.
///
/// ```
/// use recurve::files::Checkpoint;
/// use recurve::optim::{Adam, Rule};
/// use recurve::{Param, Tensor, grad};
///
/// let mut model = Param::new(Tensor::from([3.0_f32, -4.0]));
/// let mut opt = Adam::new(0.1).setup(&model)?;
/// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.get().square().sum()))?;
/// opt.update(&mut model, &gradients)?;
/// let bytes = Checkpoint::of_training(&model, &opt)?.with_metadata("epoch", "1")?.to_bytes()?;
///
/// let checkpoint = Checkpoint::from_bytes(&bytes)?; // in another run
/// let mut resumed = Param::new(Tensor::zeros([2]));
/// let mut opt = Adam::new(0.1).setup(&resumed)?;
/// checkpoint.resume(&mut resumed, &mut opt)?;
/// assert_eq!((resumed.get(), checkpoint.metadata("epoch")?), (model.get(), "1"));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "state_dict")]
#[derive(Clone)]
pub struct Checkpoint {
    /// The file, in messages.
    pub(super) place: String,
    pub(super) arrays: Vec<Stored>,
    /// In the order of the model, the first name of each array before its others.
    pub(super) names: Vec<Name>,
    pub(super) states: Option<Vec<State>>,
    /// The caller's metadata.
    pub(super) metadata: BTreeMap<String, String>,
    /// Whether the names of one parameter are known, as they are in files of this library.
    pub(super) knows_ties: bool,
    pub(super) options: Options,
}

/// An array of a parameter or a buffer.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) value: Array,
    pub(super) frozen: bool,
}

/// A place at which an array is used.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) path: String,
    pub(super) array: usize,
    /// Whether the place holds the matrix transposed.
    pub(super) transposed: bool,
}

/// The state of an optimiser for one parameter.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// A name of the parameter.
    pub(super) path: String,
    pub(super) frozen: bool,
    /// The name of the rule that made it, if it is known.
    pub(super) rule: Option<String>,
    pub(super) tensors: Vec<(String, Array)>,
}

/// How to load.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    pub(super) cast: bool,
    pub(super) untie: bool,
    pub(super) any_rule: bool,
    pub(super) patterns: Vec<String>,
}

impl Checkpoint {
    /// The parameters and buffers of `model`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`], when a buffer has the path of another buffer or parameter, and when a path is one that the
    /// format uses itself: `__metadata__`, or one that begins with `optimizer:`.
    pub fn of(model: &impl Module) -> Result<Self> {
        let mut checkpoint = Self::empty("checkpoint".to_owned());
        checkpoint.knows_ties = true;
        for (array, slot) in slots(model)?.iter().enumerate() {
            checkpoint.arrays.push(Stored { value: slot.value(), frozen: slot.is_frozen() });
            let names = slot.paths.iter().cloned();
            checkpoint.names.extend(names.map(|(path, transposed)| Name { path, array, transposed }));
        }
        checkpoint.check_names()?;
        Ok(checkpoint)
    }

    /// The parameters and buffers of `model`, and the states of its optimiser: all that is needed to train on as if nothing
    /// had happened.
    ///
    /// Each state is saved with the [name](Rule::name) of its rule. The constants of the rule (learning rate, decay, …)
    /// belong to the program and are not saved; a [`Plateau`](crate::optim::schedule::Plateau) is a value of the loop, and
    /// goes along as a text by [`with_metadata`](Self::with_metadata).
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), and when the optimiser was set up for another model.
    pub fn of_training<R: Rule>(model: &impl Module, optimizer: &Optimizer<R>) -> Result<Self> {
        let states = states::collect(&slots(model)?, optimizer)?;
        Ok(Self { states: Some(states), ..Self::of(model)? })
    }

    /// The checkpoint with a text of the caller's in the metadata: an epoch, a seed, a vocabulary's name.
    ///
    /// # Errors
    ///
    /// When `key` begins with `recurve.`, which is kept for this library.
    pub fn with_metadata(mut self, key: impl Into<String>, text: impl Into<String>) -> Result<Self> {
        let key = key.into();
        if key.starts_with(metadata::OWN) {
            let message =
                format!("the key {key:?} begins with `recurve.`, which is kept for the library; choose another");
            return Err(self.error(ErrorKind::Name, message));
        }
        self.metadata.insert(key, text.into());
        Ok(self)
    }

    /// A text from the metadata.
    ///
    /// # Errors
    ///
    /// When there is none with this key.
    pub fn metadata(&self, key: &str) -> Result<&str> {
        metadata::text(&self.metadata, key).map_err(|message| self.error(ErrorKind::Name, message))
    }

    /// The names under which parameters and buffers are used, aliases too, in the order of the model; of a file from
    /// elsewhere in alphabetical order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| name.path.as_str())
    }

    /// Whether it has the states of an optimiser, for [`resume`](Self::resume).
    pub fn has_optimizer(&self) -> bool {
        self.states.is_some()
    }

    /// Reads a file: one of [`save`](Self::save), or any other safetensors file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is damaged, or was written in a later version of the format.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let place = path.as_ref().display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => metadata::understood(place.clone(), format::read(&place, &bytes)?),
            Err(error) => Err(Error::new(ErrorKind::Data, place, format!("cannot be read: {error}"))),
        }
    }

    /// The checkpoint in the bytes of a file.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let place = "checkpoint";
        metadata::understood(place.to_owned(), format::read(place, bytes)?)
    }

    /// Writes the file, so that whatever happens there is the old file or the new one: into a temporary file in the same
    /// folder, which is brought to the disk and then renamed.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, and as [`to_bytes`](Self::to_bytes).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let (contents, path) = (metadata::explained(self)?.sealed(), path.as_ref());
        atomic::write(path, |to| contents.write(to)).map_err(|error| {
            let message = format!("cannot be written: {error}");
            Error::new(ErrorKind::Data, path.display().to_string(), message)
        })
    }

    /// The bytes of the file that [`save`](Self::save) writes. The same values give the same bytes.
    ///
    /// # Errors
    ///
    /// When it was read from elsewhere and has arrays of other types than f32, f64, usize (U64) and bool.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        metadata::explained(self)?.sealed().write(&mut bytes).map_err(|error| {
            let message = format!("cannot be written: {error}");
            self.error(ErrorKind::Data, message)
        })?;
        Ok(bytes)
    }

    /// The same for a load that rounds elements of f32 and f64 to those of the model. Without it another element type is an
    /// error.
    #[must_use]
    #[doc(alias = "dtype")]
    pub fn cast(mut self) -> Self {
        self.options.cast = true;
        self
    }

    /// The same for a load that gives each of several parameters the value that the file has once for all of them. Without
    /// it that is an error, because what was trained as one parameter would be trained apart.
    #[must_use]
    pub fn untie(mut self) -> Self {
        self.options.untie = true;
        self
    }

    /// The same for a [`resume`](Self::resume) that gives the states to a rule of another [name](Rule::name), if it remembers
    /// tensors of the same names and shapes: those of `Adam` to `AdamW`, or to a rule that was renamed. Whether they mean the
    /// same is the caller's to know.
    #[must_use]
    pub fn any_rule(mut self) -> Self {
        self.options.any_rule = true;
        self
    }

    /// The same for a load of the parameters and buffers whose path matches `pattern`, and of no others; several calls add
    /// up. Patterns are those of [`Module::freeze`], and match any path of a tied parameter. Of the names that match all must
    /// be there on both sides. Frozen marks stay as they are in the model.
    #[must_use]
    #[doc(alias = "strict")]
    pub fn only(mut self, pattern: impl Into<String>) -> Self {
        self.options.patterns.push(pattern.into());
        self
    }

    /// The part below `path`, with names as seen from there: the encoder of a file for a model that is the encoder. An empty
    /// path is the whole.
    ///
    /// # Errors
    ///
    /// When there is no such part.
    ///
    /// ```
    /// use recurve::files::Checkpoint;
    /// use recurve::{Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::from([1.0_f32])), vec![Param::new(Tensor::from([2.0_f32]))]);
    /// let mut second = vec![Param::new(Tensor::<f32>::zeros([1]))];
    /// Checkpoint::of(&model)?.part("1")?.load(&mut second)?;
    /// assert_eq!(second[0].get().item(), 2.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn part(&self, path: &str) -> Result<Self> {
        let part = self.with_names(|name| below(path, name).map(str::to_owned))?;
        if part.names.is_empty() {
            let names: Vec<&str> = self.names().collect();
            let message = format!("nothing lies below {path:?}; there are {}", in_words(&names));
            return Err(self.error(ErrorKind::Name, message));
        }
        Ok(part)
    }

    /// With other names, for a model whose fields are called otherwise than at the time of saving, or in another framework.
    ///
    /// # Errors
    ///
    /// When two names become one.
    ///
    /// ```
    /// use recurve::files::Checkpoint;
    /// use recurve::{Module, Param, Tensor};
    ///
    /// #[derive(Module)]
    /// struct Scale {
    ///     gain: Param,
    /// }
    ///
    /// let old = vec![Param::new(Tensor::from([2.0_f32]))];
    /// let mut scale = Scale { gain: Param::new(Tensor::zeros([1])) };
    /// Checkpoint::of(&old)?.renamed(|name| if name == "0" { "gain".to_owned() } else { name.to_owned() })?.load(&mut scale)?;
    /// assert_eq!(scale.gain.get().item(), 2.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn renamed(&self, mut name: impl FnMut(&str) -> String) -> Result<Self> {
        self.with_names(|path| Some(name(path)))
    }

    /// With the names that `name` makes, and without the arrays that have none.
    fn with_names(&self, mut name: impl FnMut(&str) -> Option<String>) -> Result<Self> {
        let mut made = Self { names: Vec::new(), ..self.clone() };
        for old in &self.names {
            made.names.extend(name(&old.path).map(|path| Name { path, ..old.clone() }));
        }
        made.states = self.states.as_ref().map(|states| {
            let renamed = |state: &State| {
                let array = self.array_of(&state.path)?;
                let path = made.names.iter().find(|name| name.array == array)?.path.clone();
                Some(State { path, ..state.clone() })
            };
            states.iter().filter_map(renamed).collect()
        });
        made.check_names()?;
        Ok(made)
    }

    pub(super) fn empty(place: String) -> Self {
        let (arrays, names, metadata) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { place, arrays, names, states: None, metadata, knows_ties: false, options: Options::default() }
    }

    /// The array that is used under this name.
    pub(super) fn array_of(&self, path: &str) -> Option<usize> {
        self.names.iter().find(|name| name.path == path).map(|name| name.array)
    }

    pub(super) fn check_names(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for name in self.names() {
            if name == "__metadata__" || name.starts_with(metadata::OPTIMIZER) {
                let message = "files use this name themselves; rename the field or the map key";
                return Err(Error::new(ErrorKind::Name, name.to_owned(), message));
            }
            if !seen.insert(name) {
                let message = format!("two arrays are called `{name}`; make names that differ");
                return Err(self.error(ErrorKind::Name, message));
            }
        }
        Ok(())
    }

    pub(super) fn is_chosen(&self, path: &str) -> bool {
        let patterns = &self.options.patterns;
        patterns.is_empty() || patterns.iter().any(|pattern| covers_path(pattern, path))
    }

    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, self.place.clone(), message)
    }
}

/// Names and metadata, not the values.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names().collect();
        let mut shown = f.debug_struct("Checkpoint");
        shown.field("names", &names).field("metadata", &self.metadata).field("has_optimizer", &self.has_optimizer());
        shown.finish_non_exhaustive()
    }
}

/// The rest of a path behind `around`.
pub(super) fn below<'a>(around: &str, path: &'a str) -> Option<&'a str> {
    match path.strip_prefix(around)? {
        rest if around.is_empty() => Some(rest),
        "" => Some(""),
        rest => rest.strip_prefix('.'),
    }
}
