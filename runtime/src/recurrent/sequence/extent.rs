//! How many steps and sequences data has.

use super::super::rows::{count, each_shape};
use crate::error::{Error, ErrorKind, Result};
use crate::tensors::Tensors;

/// The order of the first two axes in which the data was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    TimeMajor,
    BatchMajor,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) steps: usize,
    pub(super) batch: usize,
}

impl Extent {
    /// Of data in which all tensors run over time. A tensor that could be a context gets advice.
    pub(super) fn of<I: Tensors>(data: &I, layout: Layout) -> Result<Self> {
        Self::of_first(data, layout, None)
    }

    /// Of time-major data whose last tensors are contexts, as many as the cell says.
    pub(super) fn before_contexts<I: Tensors>(data: &I, contexts: usize) -> Result<Self> {
        let count = count(data);
        let over_time = count.checked_sub(contexts).filter(|&over_time| over_time > 0 || contexts == 0);
        let Some(over_time) = over_time else {
            let contexts = in_words(contexts);
            let message = format!("expected at least one tensor over time and {contexts}, found {count} in all");
            return Err(Error::new(ErrorKind::Shape, "Sequence", message));
        };
        let extent = Self::of_first(data, Layout::TimeMajor, Some(over_time))?;
        extent.check_contexts(data, over_time)?;
        Ok(extent)
    }

    /// Of the first tensors of data, which must agree; `None` for all, as far as one can tell without a cell.
    fn of_first<I: Tensors>(data: &I, layout: Layout, over_time: Option<usize>) -> Result<Self> {
        let axes = if layout == Layout::TimeMajor { "[T, B, ..]" } else { "[B, T, ..]" };
        let mut first: Option<[usize; 2]> = None;
        let mut at = 0;
        each_shape(data, "data", |path, shape| {
            at += 1;
            let expected = match (shape, first) {
                _ if over_time.is_some_and(|over_time| at > over_time) => return Ok(()),
                (&[a, b, ..], None) => {
                    first = Some([a, b]);
                    return Ok(());
                }
                (&[a, b, ..], Some(sizes)) if [a, b] == sizes => return Ok(()),
                ([_, _, ..], Some([a, b])) => format!("{axes} with the sizes [{a}, {b}, ..] of the tensor before it"),
                _ => axes.to_owned(),
            };
            let error = Error::shape("Sequence", path, expected, shape);
            let has_rows = first.is_some_and(|sizes| shape.first() == Some(&layout.extent(sizes).batch));
            Err(if over_time.is_none() && has_rows { with_advice(&error) } else { error })
        })?;
        let nothing = || Error::new(ErrorKind::Shape, "Sequence", "expected at least one tensor, found none");
        first.map(|sizes| layout.extent(sizes)).ok_or_else(nothing)
    }

    /// Checks that each tensor behind those over time has one row for each sequence.
    pub(super) fn check_contexts<I: Tensors>(self, data: &I, over_time: usize) -> Result<()> {
        let (mut at, batch) = (0, self.batch);
        each_shape(data, "data", |path, shape| {
            at += 1;
            if at <= over_time || shape.first() == Some(&batch) {
                return Ok(());
            }
            let expected = format_args!("[{batch}, ..], as a context that is the same at all steps");
            Err(Error::shape("Sequence", path, expected, shape))
        })
    }
}

impl Layout {
    fn extent(self, [first, second]: [usize; 2]) -> Extent {
        match self {
            Self::TimeMajor => Extent { steps: first, batch: second },
            Self::BatchMajor => Extent { steps: second, batch: first },
        }
    }
}

fn with_advice(error: &Error) -> Error {
    let advice = "if it is a context, the same at all steps, leave it out of the data and append it by \
                  `.with_context(..)`";
    Error::new(error.kind(), error.place().to_owned(), format!("{}; {advice}", error.message()))
}

/// A number of contexts.
pub(super) fn in_words(contexts: usize) -> String {
    match contexts {
        0 => "no contexts".to_owned(),
        1 => "1 context".to_owned(),
        _ => format!("{contexts} contexts"),
    }
}
