//! Initial values of parameters, buffers and states.

use super::inference::Inference;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{ExpressionId, Initialiser};
use crate::recurrent::typed::{Dim, Initial, NodeId, Stage, Start};

impl Inference<'_> {
    /// How an array of this shape begins; the shape is `None` after a mistake.
    pub(super) fn initial(&mut self, initialiser: &Initialiser, shape: Option<&[Dim]>) -> Option<Initial> {
        let name = bare(&initialiser.name);
        let arguments: Vec<Option<NodeId>> =
            initialiser.arguments.iter().map(|argument| self.initial_number(&name, *argument)).collect();
        let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        let initial = match (name.as_str(), arguments.as_slice()) {
            ("zeros", []) => Initial::Zeros,
            ("ones", []) => Initial::Ones,
            ("constant", [value]) => Initial::Constant(*value),
            ("uniform", [bound]) => Initial::Symmetric(*bound),
            ("uniform", [low, high]) => Initial::Uniform(*low, *high),
            ("normal", [deviation]) => Initial::Normal(*deviation),
            ("glorot_uniform", []) => Initial::GlorotUniform,
            ("glorot_normal", []) => Initial::GlorotNormal,
            ("kaiming_uniform", []) => Initial::KaimingUniform,
            ("kaiming_normal", []) => Initial::KaimingNormal,
            ("orthogonal", []) => Initial::Orthogonal,
            ("identity", []) => Initial::Identity,
            _ => unreachable!("names are checked with their arguments before shapes"),
        };
        self.check_initial(initialiser, &initial, shape).then_some(initial)
    }

    /// The value of a state before the first step, if it is not learned.
    pub(super) fn fixed_start(&mut self, initialiser: &Initialiser) -> Option<Start> {
        match self.initial(initialiser, None)? {
            Initial::Zeros => Some(Start::Zeros),
            Initial::Ones => Some(Start::Ones),
            Initial::Constant(value) => Some(Start::Constant(value)),
            Initial::Symmetric(_)
            | Initial::Uniform(..)
            | Initial::Normal(_)
            | Initial::GlorotUniform
            | Initial::GlorotNormal
            | Initial::KaimingUniform
            | Initial::KaimingNormal
            | Initial::Orthogonal
            | Initial::Identity => unreachable!("the words for starts are checked before shapes"),
        }
    }

    /// An argument of an initialiser: a number, as far as it is known a finite one.
    fn initial_number(&mut self, name: &str, id: ExpressionId) -> Option<NodeId> {
        let operand = self.evaluate_one(id)?;
        let text = self.text(id);
        if operand.ty.stage != Stage::Constant {
            self.error(self.place(id), messages::initial_not_a_number(name, text));
            return None;
        }
        if self.known(operand.node).is_some_and(|number| !number.is_finite()) {
            self.error(self.place(id), messages::initial_not_finite(name, text));
            return None;
        }
        Some(operand.node)
    }

    fn check_initial(&mut self, initialiser: &Initialiser, initial: &Initial, shape: Option<&[Dim]>) -> bool {
        let place = initialiser.place;
        match initial {
            Initial::Symmetric(number) | Initial::Normal(number) => {
                let negative = self.known(*number).is_some_and(|number| number < 0.0);
                if negative {
                    let argument = initialiser.arguments[0];
                    let text = self.text(argument);
                    self.error(self.place(argument), messages::initial_negative(&initialiser.name, text));
                }
                !negative
            }
            Initial::Uniform(low, high) => {
                let reversed = matches!((self.known(*low), self.known(*high)), (Some(low), Some(high)) if low > high);
                if reversed {
                    let (low, high) = (self.text(initialiser.arguments[0]), self.text(initialiser.arguments[1]));
                    self.error(place, messages::initial_reversed(&low, &high));
                }
                !reversed
            }
            Initial::Orthogonal | Initial::Identity => {
                let other = shape.filter(|shape| shape.len() != 2);
                if let Some(shape) = other {
                    let shape = self.shape_text(shape);
                    self.error(place, messages::initial_of_matrices(&initialiser.name, shape));
                }
                other.is_none()
            }
            Initial::Zeros
            | Initial::Ones
            | Initial::Constant(_)
            | Initial::GlorotUniform
            | Initial::GlorotNormal
            | Initial::KaimingUniform
            | Initial::KaimingNormal => true,
        }
    }
}
