//! The statements of a step, its next states and its outputs.

use super::inference::{Inference, Operand, Value};
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::place::Place;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{self, ExpressionId, Kind, Statement, StepOutput};
use crate::recurrent::typed::{Element, NodeId, Output, Shape};
use proc_macro2::Ident;
use std::collections::BTreeMap;

/// What a step computes; `None` after a mistake.
pub(super) struct Equations {
    pub(super) next: Option<Vec<NodeId>>,
    pub(super) outputs: Option<Vec<Output>>,
}

pub(super) fn read(inference: &mut Inference<'_>) -> Equations {
    let (cell, names) = (inference.cell, inference.names);
    let numbers: BTreeMap<String, usize> =
        names.states.iter().enumerate().map(|(at, (name, ..))| (bare(name), at)).collect();
    let mut next = vec![None; names.states.len()];
    let mut local = 0;
    for statement in &cell.step.statements {
        match statement {
            Statement::Let { name, shape, value } => {
                let value = inference.let_value(name, shape.as_ref(), *value);
                inference.define(local, value);
                local += 1;
            }
            Statement::LetTuple { names, value, place } => {
                for value in inference.let_values(names, *value, *place) {
                    inference.define(local, value);
                    local += 1;
                }
            }
            Statement::Assign { name, value } => {
                let state = numbers.get(&bare(name)).copied();
                let state = state.unwrap_or_else(|| unreachable!("only states are assigned"));
                next[state] = inference.next_value(name, state, *value);
                inference.assigned[state] = true;
            }
        }
    }
    Equations { next: next.into_iter().collect(), outputs: inference.outputs() }
}

impl Inference<'_> {
    fn let_value(&mut self, name: &Ident, declared: Option<&syntax::Shape>, value: ExpressionId) -> Option<NodeId> {
        let declared = declared.map(|shape| self.shape(shape));
        let operand = self.evaluate_one(value)?;
        match declared {
            None => Some(operand.node),
            Some(declared) => {
                let declared = declared?;
                if operand.ty.shape != declared {
                    let found = self.shape_text(&operand.ty.shape);
                    let wanted = self.shape_text(&declared);
                    let text = self.text(value);
                    self.error(self.place(value), messages::let_mismatch(name, &found, wanted, text));
                    // what was written down is what was meant: one mistake is enough
                    return None;
                }
                Some(operand.node)
            }
        }
    }

    /// One value for each name.
    fn let_values(&mut self, names: &[Ident], id: ExpressionId, place: Place) -> Vec<Option<NodeId>> {
        match self.evaluate(id) {
            Value::Several(values) if values.len() == names.len() => values,
            Value::Several(values) => {
                let text = self.text(id);
                self.error(place, messages::other_number_of_parts(text, values.len(), names.len()));
                vec![None; names.len()]
            }
            Value::One(_) => unreachable!("only what gives several values stands here"),
            Value::Unknown => vec![None; names.len()],
        }
    }

    fn next_value(&mut self, name: &Ident, state: usize, value: ExpressionId) -> Option<NodeId> {
        let operand = self.evaluate_one(value)?;
        let declared = self.states[state].clone()?;
        self.numbers_of_shape(&operand, &declared, |mismatch| match mismatch {
            Mismatch::Mask(text) => messages::mask_as_state(name, text),
            Mismatch::Scalar(text, declared, factor) => messages::scalar_as_state(name, text, declared, factor),
            Mismatch::Shape(text, found, declared) => messages::state_mismatch(name, text, found, declared),
        })
    }

    /// The values of the tail; `None` after a mistake.
    fn outputs(&mut self) -> Option<Vec<Output>> {
        let cell = self.cell;
        let (declared, tail) = (&cell.step.outputs, cell.step.tail);
        let shapes: Vec<Option<Shape>> = declared.iter().map(|output| self.shape(&output.shape)).collect();
        let (places, values) = match self.evaluate(tail) {
            Value::Unknown => return None,
            Value::One(node) => (vec![tail], vec![Some(node)]),
            Value::Several(nodes) => match &cell.expressions[tail].kind {
                Kind::Tuple(parts) => (parts.clone(), nodes),
                _ => (vec![tail; nodes.len()], nodes),
            },
        };
        if values.len() != declared.len() {
            let (wanted, found) =
                (counted(declared.len(), "shape is", "shapes are"), counted(values.len(), "value", "values"));
            self.error(self.place(tail), messages::number_of_outputs(wanted, found));
            return None;
        }
        let mut outputs = Vec::new();
        for (at, output) in declared.iter().enumerate() {
            let value = self.output(output, at, shapes[at].as_ref(), places[at], values[at]);
            outputs.push(value.map(|value| Output { label: output.label.as_ref().map(bare), value }));
        }
        outputs.into_iter().collect()
    }

    fn output(
        &mut self,
        output: &StepOutput,
        at: usize,
        declared: Option<&Shape>,
        id: ExpressionId,
        value: Option<NodeId>,
    ) -> Option<NodeId> {
        let count = self.cell.step.outputs.len();
        let name = match &output.label {
            Some(label) => format!("the output `{label}`"),
            None if count == 1 => "the output".to_owned(),
            None => format!("output {}", at + 1),
        };
        let node = value?;
        let operand = Operand { id, node, ty: self.ty(node).clone() };
        self.numbers_of_shape(&operand, declared?, |mismatch| match mismatch {
            Mismatch::Mask(text) => messages::mask_as_output(name, text),
            Mismatch::Scalar(text, declared, factor) => messages::scalar_as_output(name, text, declared, factor),
            Mismatch::Shape(text, found, declared) => messages::output_mismatch(name, text, found, declared),
        })
    }

    /// The value, if it has exactly this shape.
    fn numbers_of_shape(
        &mut self,
        operand: &Operand,
        declared: &Shape,
        message: impl FnOnce(Mismatch) -> String,
    ) -> Option<NodeId> {
        let found = &operand.ty.shape;
        if operand.ty.element == Element::Real && found == declared {
            return Some(operand.node);
        }
        let text = self.text(operand.id);
        let mismatch = match operand.ty.element {
            Element::Mask => Mismatch::Mask(text),
            Element::Real if found.is_empty() => {
                Mismatch::Scalar(text, self.shape_text(declared), self.factor_text(operand.id))
            }
            Element::Real => Mismatch::Shape(text, self.shape_text(found), self.shape_text(declared)),
        };
        self.error(self.place(operand.id), message(mismatch));
        None
    }
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Why a value cannot stand where a shape is declared: its text, and the shapes as text.
enum Mismatch {
    Mask(String),
    /// The text once more, as an operand of a product.
    Scalar(String, String, String),
    Shape(String, String, String),
}
