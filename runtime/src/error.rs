//! The one error type of the library.

use std::borrow::Cow;
use std::fmt;

/// Result of everything that meets data: layers, scans, parameter trees, optimisers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in terms a program can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A tensor has another shape than the place needs.
    Shape,
    /// A tensor or parameter has another element type than the place needs.
    Type,
    /// A number is outside the allowed range: a probability, a length, a label.
    Value,
    /// A name matches no parameter, or more than one.
    Name,
    /// Handles of one parameter contradict each other.
    Sharing,
    /// A gradient is missing, not finite, or cannot be computed.
    Gradient,
    /// A file or its content is damaged or missing.
    Data,
}

/// An error with the place where it arose and what to do about it.
///
/// `Display` gives one line: the place, what was expected, what was found and, where there is one, the cure. `Debug` gives
/// the same line, since that is what is printed by `unwrap` and by a `main` that returns a `Result`.
///
/// ```
/// use recurve::{Tensor, Result};
///
/// let error = Tensor::from_vec(vec![1.0, 2.0, 3.0], [2, 2]).unwrap_err();
/// assert_eq!(error.to_string(), "from_vec: expected 4 elements for shape [2, 2], found 3");
/// assert_eq!(format!("{error:?}"), error.to_string());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Report>);

#[derive(Clone, PartialEq, Eq)]
struct Report {
    kind: ErrorKind,
    place: Cow<'static, str>,
    message: String,
}

impl Error {
    /// An error of `kind` at `place` (a layer, an operation, a parameter's path) that says `message`.
    ///
    /// ```
    /// use recurve::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Value, "my loader", "expected 12 columns, found 11");
    /// assert_eq!(error.to_string(), "my loader: expected 12 columns, found 11");
    /// ```
    pub fn new(kind: ErrorKind, place: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Box::new(Report { kind, place: place.into(), message: message.into() }))
    }

    /// A shape error: `argument` of `place` should have the shape `expected` and has `found`.
    ///
    /// ```
    /// use recurve::Error;
    ///
    /// let error = Error::shape("Linear", "x", "[.., 3]", &[2, 4]);
    /// assert_eq!(error.to_string(), "Linear: `x` should have shape [.., 3], found [2, 4]");
    /// ```
    pub fn shape(
        place: impl Into<Cow<'static, str>>,
        argument: &str,
        expected: impl fmt::Display,
        found: &[usize],
    ) -> Self {
        Self::new(ErrorKind::Shape, place, format!("`{argument}` should have shape {expected}, found {found:?}"))
    }

    /// What went wrong, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The layer, operation or parameter that reports the error.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// What was expected, what was found and what to do, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The same error with an outer place in front: `encoder: Linear: …`.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        self.0.place = match (place, &*self.0.place) {
            ("", _) => self.0.place,
            (_, "") => place.to_owned().into(),
            (_, inner) => format!("{place}: {inner}").into(),
        };
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path of a model that is a single parameter is empty.
        if !self.0.place.is_empty() {
            write!(f, "{}: ", self.0.place)?;
        }
        f.write_str(&self.0.message)
    }
}

/// The line of `Display`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// The value, or a panic at the caller's line: a closure in `unwrap_or_else` would name its own.
#[track_caller]
pub(crate) fn or_panic<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
