//! What the tests share: golden files, closeness, seeded generators.
#![allow(dead_code)] // each test binary uses its part

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::testing::Expected;
use recurve::{AnyTensor, Result, Tensor};

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

/// A golden file of the repository, whose mistakes are panics.
pub(crate) struct Golden(Expected);

impl Golden {
    #[track_caller]
    pub(crate) fn load(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.safetensors"));
        Self(Expected::read(path).unwrap())
    }

    /// An option of the reference run.
    #[track_caller]
    pub(crate) fn option(&self, key: &str) -> f64 {
        self.0.metadata(key).unwrap().parse().unwrap()
    }

    /// An option of the reference run that is a list: `[0.9, 0.99]`.
    #[track_caller]
    pub(crate) fn options(&self, key: &str) -> Vec<f64> {
        let list = self.0.metadata(key).unwrap().trim_matches(['[', ']']);
        list.split(", ").map(|number| number.parse().unwrap()).collect()
    }

    /// An array that the test feeds in.
    #[track_caller]
    pub(crate) fn input(&self, key: &str) -> Tensor<f64> {
        self.0.input(key).unwrap()
    }

    /// An array of whole numbers that the test feeds in.
    #[track_caller]
    pub(crate) fn index(&self, key: &str) -> Tensor<usize> {
        self.0.indices(key).unwrap()
    }

    /// Compares an array to 1e-10, with equal shapes.
    #[track_caller]
    pub(crate) fn check(&self, key: &str, found: &Tensor<f64>) {
        self.0.compare(key, found, 1e-10).unwrap();
    }

    /// Compares a number with an array of one element.
    #[track_caller]
    pub(crate) fn check_number(&self, key: &str, found: &Tensor<f64>) {
        self.check(key, &found.reshape([1]));
    }

    /// Asserts that the file has `count` arrays and that each was read or compared.
    #[track_caller]
    pub(crate) fn finish(self, count: usize) {
        assert_eq!(self.0.names().count(), count, "number of arrays");
        self.0.finish().unwrap();
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
    let plain = || payload.downcast_ref::<&str>().map(|words| (*words).to_owned());
    payload.downcast_ref::<String>().cloned().or_else(plain).expect("a message")
}

/// The f64 tensor in an [`AnyTensor`].
#[track_caller]
pub(crate) fn f64s(any: &AnyTensor) -> Tensor<f64> {
    any.get::<f64>().expect("an f64 tensor").clone()
}
