//! What a call means, and whether it has the right number of arguments.

use super::Meaning;
use super::foreign;
use super::scope::Found;
use super::tuples::Gives;
use super::walk::{HelperCall, Region, Walk, Wanted};
use super::words::{call, expected_arguments, found_arguments, kind};
use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::syntax::bare;
use crate::recurrent::typed::{Binary, Reduction};
use proc_macro2::Ident;

impl Walk<'_, '_> {
    /// The meaning of a called function or helper; `None` after a mistake.
    pub(super) fn call(&mut self, id: ExpressionId, name: &Ident, found: usize, wanted: Wanted) -> Option<Meaning> {
        if matches!(self.region, Region::Shape | Region::ShapeOfCall) {
            // whatever is called: no function gives a size, which the next phase says
            return None;
        }
        if let Some(number) = self.arguments.get(&bare(name)) {
            return self.refuse(name, messages::not_a_function(name, kind(Meaning::Argument(*number))));
        }
        match self.scope.find(name) {
            Found::Declared(Meaning::Helper(number)) => self.call_of_helper(id, name, number, found, wanted),
            Found::Declared(other) => self.refuse(name, messages::not_a_function(name, kind(other))),
            Found::Disputed(meaning) => Some(meaning),
            Found::Function(function) => self.call_of_function(id, function, found, wanted),
            Found::Constant(_) => self.refuse(name, messages::number_is_no_function(name)),
            Found::Nothing => self.call_of_nothing(name),
        }
    }

    fn call_of_helper(
        &mut self,
        id: ExpressionId,
        name: &Ident,
        number: usize,
        found: usize,
        wanted: Wanted,
    ) -> Option<Meaning> {
        let meaning = Meaning::Helper(number);
        let declared = self.names.helpers[number].arguments;
        match self.region {
            Region::Initialiser => {
                let example = self.names.example_dimension(self.header());
                return self.refuse(name, messages::not_constant(name, kind(meaning), example));
            }
            Region::Hyper => return self.refuse(name, messages::hyper_not_constant(name, kind(meaning))),
            Region::Helper(caller, _) => self.calls[caller].push(HelperCall { helper: number, expression: id }),
            Region::Shape | Region::ShapeOfCall | Region::Line(_) => {}
        }
        let message = if declared.len() != found {
            let expected = expected_arguments((declared.len(), declared.len()));
            messages::wrong_arguments_of_helper(name, expected, found_arguments(found), call(name, declared))
        } else if let (Gives::Several(values), Wanted::One) = (self.gives[number], wanted) {
            messages::several_values(name, values)
        } else {
            return Some(meaning);
        };
        self.errors.error(self.cell.expressions[id].place, message);
        None
    }

    fn call_of_function(
        &mut self,
        id: ExpressionId,
        function: Function,
        found: usize,
        wanted: Wanted,
    ) -> Option<Meaning> {
        let signature = function.signature();
        let (smallest, largest) = signature.arguments;
        let message = if function == Function::Split && wanted != Wanted::ForNames {
            messages::split_elsewhere()
        } else if (smallest..=largest).contains(&found) {
            return Some(Meaning::Function(function));
        } else {
            wrong_arguments(function, found)
        };
        self.errors.error(self.cell.expressions[id].place, message);
        None
    }

    fn call_of_nothing(&mut self, name: &Ident) -> Option<Meaning> {
        if !self.scope.first_time_unknown(name) {
            return None;
        }
        let word = bare(name);
        let message = if let Some(number) = foreign::number_of_initialiser(&word) {
            messages::initialiser_as_function(name, number)
        } else if foreign::is_random(&word) {
            messages::random_function(name)
        } else if let Some(instead) = foreign::function(&word) {
            messages::unknown_function_foreign(name, instead)
        } else {
            self.unknown_function(name)
        };
        self.refuse(name, message)
    }

    fn unknown_function(&mut self, name: &Ident) -> String {
        if self.suggest.is_tired() {
            return messages::unknown_function(name);
        }
        let mut functions = self.scope.names(|meaning| matches!(meaning, Meaning::Helper(_)));
        functions.extend(FUNCTIONS.iter().map(|signature| signature.name));
        match self.suggest.nearest(&bare(name), &functions) {
            Some(guess) => messages::unknown_function_guess(name, guess),
            None => messages::unknown_function(name),
        }
    }

    pub(super) fn refuse(&mut self, name: &Ident, message: String) -> Option<Meaning> {
        self.errors.error(name, message);
        None
    }

    /// An argument of a helper hides nothing: it must be a new name.
    pub(super) fn helper_argument(&mut self, helper: &Ident, name: &Ident) {
        const KIND: &str = "an argument of a helper";
        let refusal = match self.scope.find(name) {
            Found::Function(_) => messages::reserved_function(name, KIND),
            Found::Constant(_) => messages::reserved_constant(name, KIND),
            Found::Declared(Meaning::Local(_) | Meaning::Input(_)) | Found::Nothing | Found::Disputed(_) => {
                if !self.arguments.contains_key(&bare(name)) {
                    return;
                }
                messages::helper_argument_twice(helper, name)
            }
            Found::Declared(meaning) => messages::helper_argument_taken(name, kind(meaning)),
        };
        self.errors.error(name, refusal);
    }
}

/// Two pairs of functions are easily confused.
fn wrong_arguments(function: Function, found: usize) -> String {
    let signature = function.signature();
    let name = signature.name;
    match (function, found) {
        (Function::Binary(Binary::Maximum), 1) => messages::maximum_of_one(name, "max"),
        (Function::Binary(Binary::Minimum), 1) => messages::maximum_of_one(name, "min"),
        (Function::Reduce(Reduction::Max), 2..) => messages::max_of_several(name, "maximum", found_arguments(found)),
        (Function::Reduce(Reduction::Min), 2..) => messages::max_of_several(name, "minimum", found_arguments(found)),
        _ => {
            let expected = expected_arguments(signature.arguments);
            messages::wrong_arguments(name, expected, found_arguments(found), signature.usage)
        }
    }
}
