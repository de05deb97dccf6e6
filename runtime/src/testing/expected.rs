//! Values that another framework computed, read from a file and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::arrays::{Array, read_arrays};
use super::parts::{first_difference, is_close};
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::autodiff::Gradients;
use crate::error::{Error, ErrorKind, Result};
use crate::files;
use crate::module::{Module, Parameter, ParameterMut, in_words};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// Named arrays from a safetensors file: inputs, parameters, and the results that another framework computed from them.
///
/// Write such a file from the old framework, in f64 if it can, with all parameters, inputs, outputs and gradients;
/// then let one test read the parameters and inputs, run the port and compare the results.
/// [`finish`](Self::finish) makes sure that nothing in the file was forgotten.
///
/// ```no_run
/// use recurve::testing::Expected;
/// use recurve::{Cell, Gru, Param, Result, rand::{SeedableRng, rngs::StdRng}, value_and_grad};
///
/// # fn main() -> Result<()> {
/// let expected = Expected::read("tests/golden/my_gru.safetensors")?;
/// let mut gru = Gru::<f64>::with_dtype(3, 4, &mut StdRng::seed_from_u64(1));
/// expected.load_into(&mut gru, "param.")?; // param.w_r, param.w_z, …
/// let model = (gru, Param::new(expected.input("x")?));
/// let weights = expected.input("gy")?;
/// let (_, gradients) = value_and_grad(&model, |(gru, x)| -> Result<_> {
///     let (ys, _) = gru.scan(x.get(), None)?;
///     expected.compare("y", ys.data(), 1e-10)?;
///     Ok((ys.data() * &weights).sum())
/// })?;
/// expected.compare_gradients(&gradients, &model.0, "grad.", 1e-10)?;
/// expected.compare("grad.x", &gradients.get(&model.1).unwrap(), 1e-10)?;
/// expected.finish()
/// # }
/// ```
#[doc(alias = "golden")]
#[derive(Debug)]
pub struct Expected {
    place: String,
    arrays: BTreeMap<String, Array>,
    metadata: BTreeMap<String, String>,
    uses: Mutex<Uses>,
}

/// Which arrays were declared as inputs, and which were compared.
#[derive(Debug, Default)]
struct Uses {
    inputs: BTreeSet<String>,
    compared: BTreeSet<String>,
}

impl Expected {
    /// Reads a safetensors file with arrays of f64, f32, whole numbers or truth values.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is damaged, or has an array of another element type or with more than
    /// [`MAX_RANK`](crate::MAX_RANK) axes.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let place = path.as_ref().display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::from_bytes(place, &bytes),
            Err(error) => Err(Error::new(ErrorKind::Data, place, format!("cannot be read: {error}"))),
        }
    }

    /// The arrays in the bytes of a safetensors file; `name` stands for the file in messages.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// ```
    /// let error = recurve::testing::Expected::from_bytes("gru.safetensors", b"not a file").unwrap_err();
    /// assert!(error.to_string().starts_with("gru.safetensors: expected a safetensors file"));
    /// ```
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Result<Self> {
        let place = name.into();
        let (arrays, metadata) = read_arrays(&place, bytes)?;
        Ok(Self { place, arrays, metadata, uses: Mutex::default() })
    }

    /// The names of all arrays, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }

    /// A text from the file's metadata: an option of the run that made it.
    ///
    /// # Errors
    ///
    /// When there is none with this key.
    pub fn metadata(&self, key: &str) -> Result<&str> {
        files::text(&self.metadata, key).map_err(|message| self.error(ErrorKind::Name, message))
    }

    /// An array that the test feeds in, f32 widened to f64: it counts as an input, not as a result.
    ///
    /// # Errors
    ///
    /// When there is no such array, or it holds whole numbers.
    pub fn input(&self, name: &str) -> Result<Tensor<f64>> {
        let tensor = self.get(name)?;
        self.note(|uses| &mut uses.inputs, name);
        Ok(tensor)
    }

    /// An array of whole numbers that the test feeds in: labels, indices, lengths.
    ///
    /// # Errors
    ///
    /// When there is no such array, it holds real numbers, or one of its numbers is negative.
    pub fn indices(&self, name: &str) -> Result<Tensor<usize>> {
        let Array::Whole { shape, numbers } = self.find(name)? else {
            return Err(self.error(ErrorKind::Type, format!("`{name}` holds real numbers; read it with `input`")));
        };
        let elements = numbers.iter().map(|&number| {
            let message = || format!("`{name}` should hold indices, found {number}");
            usize::try_from(number).map_err(|_| self.error(ErrorKind::Value, message()))
        });
        let tensor = Tensor::from_vec(elements.collect::<Result<_>>()?, *shape)?;
        self.note(|uses| &mut uses.inputs, name);
        Ok(tensor)
    }

    /// An array to look at. It counts neither as an input nor as compared.
    ///
    /// # Errors
    ///
    /// When there is no such array, or it holds whole numbers.
    pub fn get(&self, name: &str) -> Result<Tensor<f64>> {
        match self.find(name)? {
            Array::Real(tensor) => Ok(tensor.clone()),
            Array::Whole { .. } => {
                Err(self.error(ErrorKind::Type, format!("`{name}` holds whole numbers; read it with `indices`")))
            }
        }
    }

    /// Compares a result with the array of this name: equal shapes, and `|found - expected| <= tolerance (1 + |expected|)`
    /// for all elements. Infinities agree with themselves only, and not-a-number with nothing.
    ///
    /// # Errors
    ///
    /// When there is no such array, the shapes differ, or an element does: its index and both numbers.
    ///
    /// ```
    /// use recurve::{Tensor, testing::Expected};
    ///
    /// # let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![1, 2], &[0; 8]).unwrap();
    /// # let bytes = &safetensors::serialize([("y", view)], None).unwrap();
    /// let expected = Expected::from_bytes("gru", bytes)?; // y: [[0, 0]]
    /// let error = expected.compare("y", &Tensor::from([[0.0_f32, 0.5]]), 1e-5).unwrap_err();
    /// assert_eq!(error.to_string(), "gru: `y` at [0, 1] should be 0, found 0.5 (tolerance 1e-5; 1 of 2 elements differ)");
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn compare<F: Float>(&self, name: &str, found: &Tensor<F>, tolerance: f64) -> Result<()> {
        let expected = self.get(name)?;
        let found = found.detach().cast::<f64>();
        if found.shape() != expected.shape() {
            return Err(Error::shape(self.place.clone(), name, *expected.shape_value(), found.shape()));
        }
        let (left, right) = (found.as_slice(), expected.as_slice());
        if let Some((at, [a, b])) = first_difference(left, right, tolerance) {
            let index = expected.shape_value().index_of(at);
            let count = left.iter().zip(right).filter(|(a, b)| !is_close([**a, **b], tolerance)).count();
            let message = format!(
                "`{name}` at {index:?} should be {b}, found {a} (tolerance {tolerance:e}; {count} of {} elements differ)",
                left.len()
            );
            return Err(self.error(ErrorKind::Value, message));
        }
        self.note(|uses| &mut uses.compared, name);
        Ok(())
    }

    /// Gives each parameter of `module`, frozen ones too, the array that is called like its path behind `prefix`:
    /// `load_into(&mut gru, "param.")` reads `param.w_r`, `param.w_z`, …. Elements are rounded to the parameter's type,
    /// tied parameters are read once, under their first path, and buffers are left alone.
    ///
    /// # Errors
    ///
    /// When arrays are missing or have another shape: all of them are named, and the module is unchanged. And as
    /// [`Module::parameters`].
    pub fn load_into(&self, module: &mut impl Module, prefix: &str) -> Result<()> {
        self.load_into_with(module, |path| format!("{prefix}{path}"))
    }

    /// As [`load_into`](Self::load_into), from the array with the name that `name` makes of a parameter's path.
    ///
    /// # Errors
    ///
    /// As [`load_into`](Self::load_into).
    pub fn load_into_with(&self, module: &mut impl Module, name: impl Fn(&str) -> String) -> Result<()> {
        let parameters = module.parameters()?;
        let names: Vec<String> = parameters.iter().map(|parameter| name(parameter.path())).collect();
        let (mut values, mut problems) = (Vec::new(), Vec::new());
        for (parameter, name) in parameters.iter().zip(&names) {
            match self.value_for(parameter, name) {
                Ok(value) => values.push(value),
                Err(error) => problems.push(error.message().to_owned()),
            }
        }
        if !problems.is_empty() {
            let message = format!("the module is unchanged, because {}", problems.join("; and "));
            return Err(self.error(ErrorKind::Name, message));
        }
        for ((parameter, name), value) in parameters.into_iter().zip(&names).zip(values) {
            ParameterMut::new(parameter).set(value)?;
            self.note(|uses| &mut uses.inputs, name);
        }
        Ok(())
    }

    /// Compares the gradient of each trainable parameter of `module` with the array that is called like its path behind
    /// `prefix`: `grad.w_r`, …. A parameter without a gradient counts as one with zeros.
    ///
    /// # Errors
    ///
    /// When an array is missing or differs, see [`compare`](Self::compare), and as [`Module::parameters`].
    pub fn compare_gradients(
        &self,
        gradients: &Gradients,
        module: &impl Module,
        prefix: &str,
        tolerance: f64,
    ) -> Result<()> {
        for parameter in module.trainables()? {
            let name = format!("{prefix}{}", parameter.path());
            match gradients.by_id(parameter.id()) {
                Some(AnyTensor::F32(gradient)) => self.compare(&name, gradient, tolerance)?,
                Some(AnyTensor::F64(gradient)) => self.compare(&name, gradient, tolerance)?,
                None => self.compare(&name, &Tensor::<f64>::zeros(parameter.shape()), tolerance)?,
            }
        }
        Ok(())
    }

    /// Makes sure that each array of the file was read as an input or compared as a result.
    ///
    /// # Errors
    ///
    /// When arrays were neither: all of them are named.
    pub fn finish(self) -> Result<()> {
        let Uses { inputs, compared } = self.uses.into_inner().unwrap_or_else(PoisonError::into_inner);
        let used = |name: &&str| inputs.contains(*name) || compared.contains(*name);
        let forgotten: Vec<&str> = self.arrays.keys().map(String::as_str).filter(|name| !used(name)).collect();
        if forgotten.is_empty() {
            return Ok(());
        }
        let message = format!("never read as an input nor compared: {}", in_words(&forgotten));
        Err(Error::new(ErrorKind::Data, self.place, message))
    }

    fn value_for(&self, parameter: &Parameter, name: &str) -> Result<AnyTensor> {
        let value = self.get(name)?;
        let expected: Shape = parameter.shape();
        if *value.shape_value() != expected {
            let message = format!("`{name}` should have shape {expected}, found {}", value.shape_value());
            return Err(self.error(ErrorKind::Shape, message));
        }
        Ok(AnyTensor::from(value).cast_to(parameter.dtype()))
    }

    fn find(&self, name: &str) -> Result<&Array> {
        self.arrays.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.names().collect();
            let message = format!("there is no array `{name}`; there are {}", in_words(&names));
            self.error(ErrorKind::Name, message)
        })
    }

    fn note(&self, set: impl Fn(&mut Uses) -> &mut BTreeSet<String>, name: &str) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        set(&mut uses).insert(name.to_owned());
    }

    fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, self.place.clone(), message)
    }
}
