//! Derivatives as text.

use super::{Backward, Contribution, Part, Rate};
use crate::recurrent::ir::NodeId;
use crate::recurrent::typed::Cell;
use std::fmt::{self, Write};

impl Backward {
    /// The graphs in the order in which they run, each with what it gives: adjoints and what is summed.
    pub(crate) fn text(&self, cell: &Cell) -> String {
        let mut text = String::new();
        for rate in Rate::ALL.into_iter().rev().filter(|rate| !self.graph(*rate).nodes.is_empty()) {
            let _ = writeln!(text, "{rate}:\n{}{}", self.graph(rate).text(cell), self.results(cell, rate));
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    }

    fn results(&self, cell: &Cell, rate: Rate) -> String {
        let mut text = String::new();
        for (at, total) in self.totals.iter().enumerate() {
            for part in total.parts.iter().filter(|part| part.rate == rate) {
                let _ = writeln!(text, "total {at} of forward {}: {part}", total.target);
            }
        }
        let mut adjoints = |names: &mut dyn Iterator<Item = &String>, ids: &[Option<NodeId>]| {
            for (name, id) in names.zip(ids).filter_map(|(name, id)| Some((name, (*id)?))) {
                let _ = writeln!(text, "d {name}: {id}");
            }
        };
        match rate {
            Rate::Scan => adjoints(&mut cell.parameters.iter().map(|parameter| &parameter.name), &self.parameters),
            Rate::Example => adjoints(&mut cell.contexts.iter().map(|context| &context.name), &self.contexts),
            Rate::Row => {
                adjoints(&mut cell.states.iter().map(|state| &state.name), &self.states);
                adjoints(&mut cell.inputs.iter().map(|input| &input.name), &self.inputs);
            }
        }
        text
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scan => "once for each scan",
            Self::Example => "once for each example",
            Self::Row => "for each row",
        })
    }
}

/// `sum %3`, or `sum outer %3 %4`
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.contribution {
            Contribution::Whole(id) => write!(f, "sum {id}"),
            Contribution::Outer(left, right) => write!(f, "sum outer {left} {right}"),
        }
    }
}
