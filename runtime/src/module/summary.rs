//! A model as a table.

use std::fmt;

use super::{Module, Parameter};
use crate::error::Result;

/// The parameters of a model as a table, from [`Module::summary`]. `Display` prints it.
#[derive(Debug)]
pub struct Summary {
    parameters: Vec<Parameter>,
}

impl Summary {
    pub(super) fn new(model: &impl Module) -> Result<Self> {
        Ok(Self { parameters: model.parameters()? })
    }

    /// One row per parameter.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The number of elements of all parameters.
    pub fn count(&self) -> usize {
        self.parameters.iter().map(|parameter| parameter.shape().count()).sum()
    }

    /// The number of elements of the parameters that training skips.
    pub fn frozen_count(&self) -> usize {
        let frozen = self.parameters.iter().filter(|parameter| parameter.is_frozen());
        frozen.map(|parameter| parameter.shape().count()).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["parameter", "shape", "type", "count", "notes"].map(String::from)];
        rows.extend(self.parameters.iter().map(row));
        let widths: [usize; 5] =
            std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
        for [path, shape, dtype, count, notes] in &rows {
            let [a, b, c, d, _] = widths;
            let line = format!("{path:<a$}  {shape:<b$}  {dtype:<c$}  {count:>d$}  {notes}");
            writeln!(f, "{}", line.trim_end())?;
        }
        write!(f, "{} parameters, {} elements", self.parameters.len(), grouped(self.count()))?;
        match self.frozen_count() {
            0 => Ok(()),
            frozen => write!(f, ", {} of them frozen", grouped(frozen)),
        }
    }
}

fn row(parameter: &Parameter) -> [String; 5] {
    let mut notes = Vec::new();
    if parameter.is_frozen() {
        notes.push("frozen".to_owned());
    }
    if !parameter.aliases().is_empty() {
        notes.push(format!("shared with {}", parameter.aliases().join(", ")));
    }
    [
        parameter.path().to_owned(),
        parameter.shape().to_string(),
        parameter.dtype().to_string(),
        grouped(parameter.shape().count()),
        notes.join("; "),
    ]
}

/// Digits in groups of three: `12_345`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
