//! What the tests share: golden files, closeness, seeded generators.
#![allow(dead_code)] // each test binary uses its part

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{AnyTensor, Result, Tensor};
use safetensors::{Dtype, SafeTensors};

/// A generator with a fixed seed.
pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A dense random tensor.
pub(crate) fn random(shape: &[usize], seed: u64) -> Tensor<f64> {
    Tensor::normal(shape, 0.0, 1.0, &mut rng(seed))
}

/// Asserts equal shapes and `|a - b| <= tolerance (1 + |b|)` for all elements.
#[track_caller]
pub(crate) fn assert_close_to(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: number of elements");
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        let close = (a - b).abs() <= tolerance * (1.0 + b.abs());
        assert!(close, "{what}: element {at} is {a}, expected {b} (tolerance {tolerance:e})");
    }
}

/// Asserts equal shapes and values up to `1e-10 (1 + |b|)`.
#[track_caller]
pub(crate) fn assert_close(what: &str, found: &Tensor<f64>, expected: &Tensor<f64>) {
    assert_eq!(found.shape(), expected.shape(), "{what}: shape");
    assert_close_to(what, found.as_slice(), expected.as_slice(), 1e-10);
}

/// A golden file: arrays are read as inputs or compared; [`finish`](Self::finish) asserts that none was forgotten.
pub(crate) struct Golden {
    name: String,
    arrays: BTreeMap<String, Tensor<f64>>,
    indices: BTreeMap<String, Tensor<usize>>,
    metadata: BTreeMap<String, String>,
    seen: RefCell<BTreeSet<String>>,
}

impl Golden {
    pub(crate) fn load(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.safetensors"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
        let (mut arrays, mut indices) = (BTreeMap::new(), BTreeMap::new());
        for (key, view) in SafeTensors::deserialize(&bytes).unwrap().tensors() {
            let words = view.data().chunks_exact(8).map(|word| <[u8; 8]>::try_from(word).unwrap());
            match view.dtype() {
                Dtype::F64 => {
                    let tensor = Tensor::from_vec(words.map(f64::from_le_bytes).collect(), view.shape()).unwrap();
                    arrays.insert(key, tensor);
                }
                Dtype::I64 => {
                    let whole = words.map(|word| usize::try_from(i64::from_le_bytes(word)).unwrap()).collect();
                    indices.insert(key, Tensor::from_vec(whole, view.shape()).unwrap());
                }
                other => panic!("{name}: unexpected element type {other:?}"),
            }
        }
        Self { name: name.to_owned(), arrays, indices, metadata, seen: RefCell::default() }
    }

    /// An option of the reference run.
    #[track_caller]
    pub(crate) fn option(&self, key: &str) -> f64 {
        self.metadata[key].parse().unwrap()
    }

    /// An option of the reference run that is a list: `[0.9, 0.99]`.
    #[track_caller]
    pub(crate) fn options(&self, key: &str) -> Vec<f64> {
        let list = self.metadata[key].trim_matches(['[', ']']);
        list.split(", ").map(|number| number.parse().unwrap()).collect()
    }

    /// An array that the test feeds in.
    #[track_caller]
    pub(crate) fn input(&self, key: &str) -> Tensor<f64> {
        self.mark(key);
        self.arrays.get(key).unwrap_or_else(|| panic!("{} has no array {key}", self.name)).clone()
    }

    /// An array of whole numbers that the test feeds in.
    #[track_caller]
    pub(crate) fn index(&self, key: &str) -> Tensor<usize> {
        self.mark(key);
        self.indices.get(key).unwrap_or_else(|| panic!("{} has no array {key}", self.name)).clone()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().chain(self.indices.keys()).map(String::as_str)
    }

    /// Compares an array to 1e-10, with equal shapes.
    #[track_caller]
    pub(crate) fn check(&self, key: &str, found: &Tensor<f64>) {
        let expected = self.input(key);
        assert_close(&format!("{} {key}", self.name), found, &expected);
    }

    /// Compares a number with an array of one element.
    #[track_caller]
    pub(crate) fn check_number(&self, key: &str, found: &Tensor<f64>) {
        self.check(key, &found.reshape([1]));
    }

    /// Asserts that the file has `count` arrays and that each was read or compared.
    #[track_caller]
    pub(crate) fn finish(self, count: usize) {
        let keys: BTreeSet<String> = self.keys().map(str::to_owned).collect();
        assert_eq!(keys.len(), count, "{}: number of arrays", self.name);
        assert_eq!(*self.seen.borrow(), keys, "{}: arrays that were read or compared", self.name);
    }

    fn mark(&self, key: &str) {
        self.seen.borrow_mut().insert(key.to_owned());
    }
}

/// Asserts that a result is an error with this text.
#[track_caller]
pub(crate) fn assert_error<T>(result: Result<T>, message: &str) {
    match result {
        Ok(_) => panic!("expected an error: {message}"),
        Err(error) => assert_eq!(error.to_string(), message),
    }
}

/// The words of a panic.
#[track_caller]
pub(crate) fn panic_of<T>(attempt: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(|| drop(attempt()))).expect_err("should panic");
    payload.downcast_ref::<String>().expect("a formatted message").clone()
}

/// The f64 tensor in an [`AnyTensor`].
#[track_caller]
pub(crate) fn f64s(any: &AnyTensor) -> Tensor<f64> {
    any.get::<f64>().expect("an f64 tensor").clone()
}
