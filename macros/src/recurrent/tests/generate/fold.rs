//! What nobody reads is added to something that is read: everything declared must reach an output.

use super::range::Range;
use super::tree::Tree;
use super::value::Value;
use super::{Builder, Known};
use crate::recurrent::typed::Binary;

impl Builder {
    /// The value plus a little of each of these.
    pub(super) fn folded(&mut self, value: Value, unused: Vec<Known>) -> Value {
        unused.into_iter().fold(value, |value, known| {
            let part = self.scalar_of(&known);
            let value = self.tamed(value, 15.0);
            let sum = value.binary(Binary::Add, part);
            sum.unwrap_or_else(|| unreachable!("a small sum is tame"))
        })
    }

    /// A small scalar that depends on it.
    fn scalar_of(&mut self, known: &Known) -> Value {
        let name = Tree::name(&known.name);
        let shape = known.shape.as_slice();
        let value = if known.is_mask {
            Value::new(
                Tree::call("select", [name, Tree::Number("0.3"), Tree::Number("0.7")]),
                shape,
                Range::new(0.0, 1.0),
            )
        } else {
            let value = known.value();
            self.tamed(value, 2.0)
        };
        let range = value.range;
        let scalar = match shape.len() {
            0 => value,
            1 => value.call("mean", vec![], &[], range),
            _ => {
                let rows = value.call("mean", vec![], &shape[..1], range);
                rows.call("sum", vec![], &[], range.times(self.size(&shape[0]) as f64))
            }
        };
        let scalar = self.tamed(scalar, 2.0);
        let weighted = Value::number("0.5").binary(Binary::Mul, scalar);
        weighted.unwrap_or_else(|| unreachable!("a small product is tame"))
    }
}
