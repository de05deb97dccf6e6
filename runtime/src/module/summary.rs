//! A model as a table.

use std::fmt;

use super::buffers::{ListedBuffer, buffers};
use super::{Module, Parameter};
use crate::array::element::DType;
use crate::array::shape::Shape;
use crate::error::Result;

/// The parameters and buffers of a model as a table, from [`Module::summary`]; `Display` prints it.
///
/// One row per parameter, whatever the number of its handles, then one per buffer; the notes say which are frozen and
/// where else a parameter is used.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let weight = Param::new(Tensor::<f32>::zeros([30, 50]));
/// let mut model = (weight.share_transposed(), Param::new(Tensor::<f64>::zeros([7])), weight);
/// model.freeze("1")?;
/// assert_eq!(model.summary()?.to_string(), "\
/// parameter  shape     type  count  notes
/// 0          [30, 50]  f32   1_500  transposed; shared with 2 transposed
/// 1          [7]       f64       7  frozen
/// 2 parameters with 1_507 elements, 7 of them frozen");
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// Shapes are in the orientation in which the parameter was made; a path that uses the matrix the other way round has
/// the note `transposed`, an alias the same relative to the first path.
#[derive(Debug)]
pub struct Summary {
    parameters: Vec<Parameter>,
    buffers: Vec<ListedBuffer>,
}

impl Summary {
    pub(super) fn new(model: &impl Module) -> Result<Self> {
        let parameters = model.parameters()?;
        Ok(Self { parameters, buffers: buffers(model) })
    }

    /// The rows of the parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The number of elements of all parameters, each counted once.
    pub fn count(&self) -> usize {
        self.parameters.iter().map(|parameter| parameter.shape().count()).sum()
    }

    /// The number of elements of the parameters that training skips.
    pub fn frozen_count(&self) -> usize {
        let frozen = self.parameters.iter().filter(|parameter| parameter.is_frozen());
        frozen.map(|parameter| parameter.shape().count()).sum()
    }

    /// The number of elements of all buffers, each counted once.
    pub fn buffer_count(&self) -> usize {
        self.buffers.iter().map(|buffer| buffer.handle.shape().count()).sum()
    }

    fn totals(&self) -> String {
        let mut totals = total("parameter", self.parameters.len(), self.count());
        if self.frozen_count() > 0 {
            totals.push_str(&format!(", {} of them frozen", grouped(self.frozen_count())));
        }
        if !self.buffers.is_empty() {
            totals.push_str(&format!("; {}", total("buffer", self.buffers.len(), self.buffer_count())));
        }
        totals
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["parameter", "shape", "type", "count", "notes"].map(String::from)];
        rows.extend(self.parameters.iter().map(parameter_row));
        rows.extend(self.buffers.iter().map(buffer_row));
        let widths: [usize; 5] =
            std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
        for [path, shape, dtype, count, notes] in &rows {
            let [a, b, c, d, _] = widths;
            let line = format!("{path:<a$}  {shape:<b$}  {dtype:<c$}  {count:>d$}  {notes}");
            writeln!(f, "{}", line.trim_end())?;
        }
        f.write_str(&self.totals())
    }
}

fn parameter_row(parameter: &Parameter) -> [String; 5] {
    let mut notes = Vec::new();
    if parameter.is_frozen() {
        notes.push("frozen".to_owned());
    }
    if parameter.is_transposed() {
        notes.push("transposed".to_owned());
    }
    if !parameter.aliases().is_empty() {
        notes.push(format!("shared with {}", parameter.aliases_in_words()));
    }
    row(parameter.path(), parameter.shape(), parameter.dtype(), &notes)
}

fn buffer_row(buffer: &ListedBuffer) -> [String; 5] {
    let mut notes = vec!["buffer".to_owned()];
    if !buffer.aliases.is_empty() {
        notes.push(format!("shared with {}", buffer.aliases.join(", ")));
    }
    row(&buffer.path, buffer.handle.shape(), buffer.handle.dtype(), &notes)
}

fn row(path: &str, shape: Shape, dtype: DType, notes: &[String]) -> [String; 5] {
    // A model that is a single parameter has no names.
    let path = if path.is_empty() { "(the model)" } else { path };
    [path.to_owned(), shape.to_string(), dtype.to_string(), grouped(shape.count()), notes.join("; ")]
}

/// `2 parameters with 1_507 elements`.
fn total(what: &str, rows: usize, elements: usize) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!("{} {what}{} with {} element{}", grouped(rows), plural(rows), grouped(elements), plural(elements))
}

/// Digits in groups of three: `12_345`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
