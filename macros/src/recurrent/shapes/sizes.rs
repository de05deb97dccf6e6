//! Sizes: sums and products of dimensions and whole numbers.

use super::inference::Inference;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::resolve::Meaning;
use crate::recurrent::syntax::{self, ExpressionId, Kind, Operator};
use crate::recurrent::typed::{Dim, Shape};
use std::collections::BTreeMap;

/// Larger numbers are not exact in f64, and no array is that long.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl Inference<'_> {
    /// The shape of something declared, whose dimensions count as mentioned.
    pub(super) fn shape(&mut self, shape: &syntax::Shape) -> Option<Shape> {
        let axes: Vec<Option<Dim>> = shape.axes.iter().map(|axis| self.axis(*axis)).collect();
        axes.into_iter().collect()
    }

    /// A size of at least one element, which counts as mentioned.
    pub(super) fn axis(&mut self, id: ExpressionId) -> Option<Dim> {
        let dim = self.size(id)?;
        for dimension in dim.dimensions() {
            self.mentioned[dimension] = true;
        }
        if dim.as_number() == Some(0) {
            self.error(self.place(id), messages::size_zero(self.text(id)));
            return None;
        }
        Some(dim)
    }

    /// A size, which may be 0.
    pub(super) fn size(&mut self, root: ExpressionId) -> Option<Dim> {
        let cell = self.cell;
        let mut order = Vec::new();
        let mut rest = vec![root];
        while let Some(id) = rest.pop() {
            order.push(id);
            rest.extend(cell.expressions[id].kind.parts());
        }
        order.sort_unstable();
        let mut known = BTreeMap::new();
        for id in order {
            let dim = match &cell.expressions[id].kind {
                Kind::Binary { operator: Operator::Add, left, right, .. } => {
                    combined(&mut known, *left, *right, Dim::plus)
                }
                Kind::Binary { operator: Operator::Mul, left, right, .. } => {
                    combined(&mut known, *left, *right, |left, right| left.times(right))
                }
                _ => match self.smallest_size(id) {
                    Ok(dim) => Some(dim),
                    Err(message) => {
                        self.error(self.place(id), message);
                        return None;
                    }
                },
            };
            let Some(dim) = dim else {
                self.error(self.place(id), messages::size_too_large(self.text(id)));
                return None;
            };
            known.insert(id, dim);
        }
        known.remove(&root)
    }

    /// A size that is neither sum nor product, or what is wrong with it.
    fn smallest_size(&self, id: ExpressionId) -> Result<Dim, String> {
        let text = self.text(id);
        match &self.cell.expressions[id].kind {
            Kind::Number(value) if value.fract() == 0.0 && (0.0..=LARGEST).contains(value) => {
                Ok(Dim::number(*value as u64))
            }
            Kind::Number(_) => Err(messages::size_fraction(text)),
            Kind::Name(_) => match self.names.meaning(id) {
                Meaning::Dimension(at) => Ok(Dim::dimension(at)),
                other => Err(messages::size_of_other_name(text, kind_of(other))),
            },
            Kind::Binary { operator: Operator::Sub, .. } => Err(messages::size_difference(text)),
            Kind::Binary { operator: Operator::Div, .. } => Err(messages::size_quotient(text)),
            Kind::Call { .. }
            | Kind::Negate(_)
            | Kind::Not(_)
            | Kind::Binary { .. }
            | Kind::Slice { .. }
            | Kind::Tuple(_) => Err(messages::size_of_other_form(text)),
        }
    }
}

/// The result for two sizes that nobody else needs.
fn combined(
    known: &mut BTreeMap<ExpressionId, Dim>,
    left: ExpressionId,
    right: ExpressionId,
    operation: impl Fn(Dim, &Dim) -> Option<Dim>,
) -> Option<Dim> {
    match (known.remove(&left), known.remove(&right)) {
        (Some(left), Some(right)) => operation(left, &right),
        _ => unreachable!("parts come before the whole"),
    }
}

/// What a name is, with an article.
pub(super) fn kind_of(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Dimension(_) => "a dimension",
        Meaning::Parameter(_) => "a parameter",
        Meaning::Buffer(_) => "a buffer",
        Meaning::Hyper(_) => "a hyper-parameter",
        Meaning::State(_) => "a state",
        Meaning::Input(_) => "an input",
        Meaning::Context(_) => "a context",
        Meaning::Local(_) => "a value of this step",
        Meaning::Argument(_) => "an argument",
        Meaning::Helper(_) | Meaning::Function(_) => "a function",
        Meaning::Constant(_) => "a number that is not whole",
    }
}
