//! Calls: of the functions of the language, and of those of the cell, which are inlined.

use super::inference::{Inference, MOST_NODES, Value};
use crate::recurrent::functions::Function;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::resolve::Meaning;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::syntax::bare;
use crate::recurrent::typed::{Dim, NodeId};

impl Inference<'_> {
    /// The value of a call; `None` where a body has to be read first.
    pub(super) fn call(&mut self, id: ExpressionId, arguments: &[ExpressionId]) -> Option<Value> {
        match self.names.meaning(id) {
            Meaning::Helper(helper) => self.inline(id, helper, arguments),
            Meaning::Function(Function::Split) => Some(self.split(id, arguments[0], arguments[1])),
            Meaning::Function(function) => {
                Some(self.function(function, id, arguments).map_or(Value::Unknown, Value::One))
            }
            Meaning::Dimension(_)
            | Meaning::Parameter(_)
            | Meaning::Buffer(_)
            | Meaning::Hyper(_)
            | Meaning::State(_)
            | Meaning::Input(_)
            | Meaning::Context(_)
            | Meaning::Local(_)
            | Meaning::Argument(_)
            | Meaning::Constant(_) => unreachable!("only functions are called"),
        }
    }

    fn inline(&mut self, id: ExpressionId, helper: usize, arguments: &[ExpressionId]) -> Option<Value> {
        if let Some(first) = self.is_full() {
            if first {
                self.error(self.place(id), messages::too_many_nodes(self.text(id), MOST_NODES));
            }
            return Some(Value::Unknown);
        }
        let names = self.names;
        let declared = &names.helpers[helper];
        let mut locals = Vec::new();
        for (name, argument) in declared.arguments.iter().zip(arguments) {
            let operand = self.one(*argument);
            locals.push(
                operand.map(|operand| {
                    self.define_argument(format!("{}.{}", bare(declared.name), bare(name)), operand.node)
                }),
            );
        }
        self.enter(helper, locals);
        None
    }

    fn function(&mut self, function: Function, id: ExpressionId, arguments: &[ExpressionId]) -> Option<NodeId> {
        let place = self.place(id);
        match (function, arguments) {
            (Function::Unary(unary), [value]) => self.unary_function(unary, id, *value),
            (Function::Binary(binary), [left, right]) => self.binary(binary, id, *left, *right),
            (Function::Elu, [value]) => self.elu(id, *value, None),
            (Function::Elu, [value, alpha]) => self.elu(id, *value, Some(*alpha)),
            (Function::LeakyRelu, [value]) => self.leaky_relu(id, *value, None),
            (Function::LeakyRelu, [value, slope]) => self.leaky_relu(id, *value, Some(*slope)),
            (Function::Clamp, [value, low, high]) => self.clamp(id, *value, *low, *high),
            (Function::Select, [mask, first, second]) => self.select(id, *mask, *first, *second),
            (Function::StopGradient, [value]) => self.stop_gradient(id, *value),
            (Function::Reduce(reduction), [value]) => self.reduce(reduction, id, *value),
            (Function::Normalise(normalisation), [value]) => self.normalise(normalisation, id, *value),
            (Function::LayerNorm, [value]) => self.layer_norm(id, *value, None),
            (Function::LayerNorm, [value, epsilon]) => self.layer_norm(id, *value, Some(*epsilon)),
            (Function::Dot, [left, right]) => self.dot(id, *left, *right),
            (Function::Outer, [left, right]) => self.outer(id, *left, *right),
            (Function::Transpose, [value]) => self.transpose(id, *value),
            (Function::Diag, [value]) => self.diag(id, *value),
            (Function::Identity, [size]) => self.identity(*size),
            (Function::Concat, parts) => self.concat(id, parts),
            _ => unreachable!("the number of arguments is checked before shapes, at {place:?}"),
        }
    }

    /// The name of the function that is called.
    pub(super) fn function_name(&self, id: ExpressionId) -> &'static str {
        match self.names.meaning(id) {
            Meaning::Function(function) => function.signature().name,
            _ => unreachable!("asked for calls of the language's functions only"),
        }
    }

    /// The shape of the result where values stand element by element; a scalar stretches.
    pub(super) fn joined(left: &[Dim], right: &[Dim]) -> Option<Vec<Dim>> {
        match (left, right) {
            ([], other) | (other, []) => Some(other.to_vec()),
            _ => (left == right).then(|| left.to_vec()),
        }
    }
}
