//! Files of models: every parameter once, with its ties, buffers and the states of an optimiser.
//!
//! Files are safetensors, which every framework reads. Names are the paths of [`Module::parameters`]; a tied parameter is
//! stored once under its first path, and the metadata have its other names.
//!
//! ```
//! use recurve::files;
//! use recurve::nn::Linear;
//! use recurve::{Module, rand::{SeedableRng, rngs::StdRng}};
//!
//! # let folder = std::env::temp_dir().join(format!("recurve-files-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let path = folder.join("model.safetensors");
//! let mut rng = StdRng::seed_from_u64(1);
//! let model = vec![Linear::new(3, 4, &mut rng), Linear::new(4, 2, &mut rng)];
//! files::save(&model, &path)?; // 0.weight, 0.bias, 1.weight, 1.bias
//!
//! let mut other = vec![Linear::new(3, 4, &mut rng), Linear::new(4, 2, &mut rng)];
//! files::load(&mut other, &path)?;
//! assert_eq!(other[1].weight.get(), model[1].weight.get());
//!
//! let mut wider = vec![Linear::new(3, 4, &mut rng), Linear::new(4, 7, &mut rng)];
//! let error = files::load(&mut wider, &path).unwrap_err();
//! assert!(error.message().contains("`1.weight` should have shape [7, 4], found [2, 4]"), "{error}");
//! assert_eq!(files::load_matching(&mut wider, &path, "0")?, 2); // a new head on an old body
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), recurve::Error>(())
//! ```
//!
//! # What holds
//!
//! - **All or nothing.** A load looks at everything before it changes anything: whatever is missing, unexpected,
//!   mis-shaped or of another type is told in one error, and the model is as it was.
//! - **Ties survive.** What is one parameter stays one parameter, also through a transpose; a file and a model that
//!   disagree about ties are an error, see [`Checkpoint::load`].
//! - **No half files.** [`save`] replaces the old file by a complete new one, or not at all.
//! - **Damage is found.** A checksum covers names, shapes, metadata and elements.
//! - **Exact.** Elements are stored in their own type, bit for bit; another type is an error unless
//!   [`Checkpoint::cast`] asks for it.
//! - **States go to their rule.** What `Adam` remembers is not given to `RAdam`, though it would fit; see
//!   [`Checkpoint::any_rule`].
//! - **Frozen marks** that were set at run time are saved and restored. Attributes, skipped fields and the constants of
//!   an optimiser's rule belong to the program.
//!
//! [`Checkpoint`] is the file as a value: it resumes training with the optimiser's states, takes parts, other names and
//! other types, and carries metadata. [`PyTorch`] has the weights of its recurrent layers in both directions.
//!
//! The averages of an [`Ema`](crate::optim::Ema) are a model: save [`Ema::model`](crate::optim::Ema::model), and load between
//! two calls of [`Ema::swap`](crate::optim::Ema::swap).
//!
//! # The format
//!
//! A safetensors file. Arrays of parameters and buffers are called by their paths, those of an optimiser
//! `optimizer:PATH:NAME`. Element types are `F32`, `F64`, and in optimisers also `U64` and `BOOL`. The metadata:
//!
//! | key | text |
//! |---|---|
//! | `recurve.version` | `2` |
//! | `recurve.checksum` | 16 hexadecimal digits |
//! | `recurve.alias.PATH` | the name under which the parameter of this path is stored |
//! | `recurve.transposed.PATH` | `true` where a path holds the stored matrix transposed |
//! | `recurve.frozen.NAME` | `true` where the parameter is frozen |
//! | `recurve.optimizer` | `true` with the states of an optimiser |
//! | `recurve.optimizer.NAME` | `stepped` or `frozen` for each parameter with a state |
//! | `recurve.rule.NAME` | the name of the rule that made the state |
//! | others | the caller's |
//!
//! Files without a key that begins with `recurve.` come from elsewhere and are loaded by their names alone. Version 1 is
//! the same without the names of rules, so its states go to any rule that they fit. A file of a later version is refused.

mod array;
mod atomic;
mod checkpoint;
mod differences;
mod format;
mod load;
mod metadata;
mod pytorch;
mod slots;
mod states;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use checkpoint::Checkpoint;
pub use differences::Differences;
pub(crate) use format::open;
pub(crate) use metadata::text;
pub use pytorch::PyTorch;

use crate::error::Result;
use crate::module::Module;

/// Writes the parameters and buffers of `model` to a file: [`Checkpoint::of`] and [`Checkpoint::save`].
///
/// # Errors
///
/// When the file cannot be written, and as [`Checkpoint::of`]. The old file stays then.
pub fn save(model: &impl Module, path: impl AsRef<Path>) -> Result<()> {
    Checkpoint::of(model)?.save(path)
}

/// Reads the parameters and buffers of `model` from a file: [`Checkpoint::read`] and [`Checkpoint::load`].
///
/// # Errors
///
/// When the file cannot be read, is damaged, or does not fit the model in any way. The model is unchanged then.
pub fn load(model: &mut impl Module, path: impl AsRef<Path>) -> Result<()> {
    Checkpoint::read(path)?.load(model)?;
    Ok(())
}

/// Reads the parameters and buffers whose path matches `pattern` from a file, and leaves the others as they are:
/// [`Checkpoint::only`]. Returns their number.
///
/// # Errors
///
/// As [`load`], and when nothing matches. The model is unchanged then.
pub fn load_matching(model: &mut impl Module, path: impl AsRef<Path>, pattern: &str) -> Result<usize> {
    Checkpoint::read(path)?.only(pattern).load(model)
}

/// The bytes of the file that [`save`] writes.
///
/// # Errors
///
/// As [`Checkpoint::of`].
///
/// ```
/// use recurve::{Param, Tensor, files};
///
/// let model = Param::new(Tensor::from([1.0_f32, 2.0]));
/// let mut other = Param::new(Tensor::<f32>::zeros([2]));
/// files::from_bytes(&mut other, &files::to_bytes(&model)?)?;
/// assert_eq!(other.get().to_vec(), [1.0, 2.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn to_bytes(model: &impl Module) -> Result<Vec<u8>> {
    Checkpoint::of(model)?.to_bytes()
}

/// Reads the parameters and buffers of `model` from the bytes of a file.
///
/// # Errors
///
/// As [`load`].
pub fn from_bytes(model: &mut impl Module, bytes: &[u8]) -> Result<()> {
    Checkpoint::from_bytes(bytes)?.load(model)?;
    Ok(())
}
