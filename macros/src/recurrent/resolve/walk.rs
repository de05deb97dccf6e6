//! A meaning for each name in an expression.

use super::scope::Scope;
use super::{Meaning, Names};
use crate::recurrent::syntax::{Cell, Declaration, ExpressionId, Initialiser, Kind, Shape, Start, Statement};
use proc_macro2::Ident;

/// Finds what the names of all expressions mean.
pub(super) fn walk<'a>(cell: &'a Cell, scope: &Scope, names: &mut Names<'a>) {
    let mut walk = Walk { cell, scope, names, arguments: &[] };
    for declaration in &cell.declarations {
        walk.declaration(declaration);
    }
    for input in &cell.step.inputs {
        walk.shape(&input.shape);
    }
    for output in &cell.step.outputs {
        walk.shape(&output.shape);
    }
    for statement in &cell.step.statements {
        match statement {
            Statement::Let { shape, value, .. } => {
                shape.iter().for_each(|shape| walk.shape(shape));
                walk.expression(*value);
            }
            Statement::LetTuple { value, .. } | Statement::Assign { value, .. } => walk.expression(*value),
        }
    }
    walk.expression(cell.step.tail);
}

struct Walk<'w, 'a> {
    cell: &'a Cell,
    scope: &'w Scope,
    names: &'w mut Names<'a>,
    arguments: &'a [Ident],
}

impl<'a> Walk<'_, 'a> {
    fn declaration(&mut self, declaration: &'a Declaration) {
        match declaration {
            Declaration::Parameter(members) | Declaration::Buffer(members) => {
                self.shape(&members.shape);
                self.initialiser(&members.initialiser);
            }
            Declaration::Hyper { value, .. } => self.expression(*value),
            Declaration::State { shape, start, .. } => {
                self.shape(shape);
                match start {
                    Some(Start::Fixed(initialiser) | Start::Learned { initialiser: Some(initialiser), .. }) => {
                        self.initialiser(initialiser);
                    }
                    Some(Start::Learned { initialiser: None, .. }) | None => {}
                }
            }
            Declaration::Context { shape, .. } => self.shape(shape),
            Declaration::Helper { arguments, body, .. } => {
                self.arguments = arguments;
                self.expression(*body);
                self.arguments = &[];
            }
        }
    }

    fn shape(&mut self, shape: &Shape) {
        shape.axes.iter().for_each(|axis| self.expression(*axis));
    }

    fn initialiser(&mut self, initialiser: &Initialiser) {
        initialiser.arguments.iter().for_each(|argument| self.expression(*argument));
    }

    fn expression(&mut self, root: ExpressionId) {
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let kind = &self.cell.expressions[id].kind;
            match kind {
                Kind::Name(name) | Kind::Call { function: name, .. } => {
                    self.names.meanings[id.index()] = self.meaning(name)
                }
                _ => {}
            }
            waiting.extend(kind.parts().into_iter().rev());
        }
    }

    fn meaning(&self, name: &Ident) -> Option<Meaning> {
        let argument = self.arguments.iter().position(|argument| argument == name);
        argument
            .map(Meaning::Argument)
            .or_else(|| self.scope.meaning(name))
            .or_else(|| Scope::function(name).map(Meaning::Function))
            .or_else(|| Scope::constant(name).map(Meaning::Constant))
    }
}
