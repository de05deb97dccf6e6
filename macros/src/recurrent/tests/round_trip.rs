//! Random cells are read as they were built, and what is printed is read as the same again.

use super::front::{check, read};
use super::generate::tree::Tree;
use super::generate::written::{Declaration, Statement, Written};
use super::generate::{Generated, generate};
use super::print::print;
use crate::recurrent::syntax::{self, Cell, ExpressionId, Kind};
use crate::recurrent::typed;

const CELLS: u64 = 400;

/// The trees of the generator know nothing of the parser's precedences.
#[test]
fn formulas_are_read_as_they_were_built() {
    for (Generated { written, text, .. }, cell) in cells() {
        let (built, found) = (built(&written), found(&cell));
        assert_eq!(built.len(), found.len(), "the number of formulas in\n{text}");
        for (tree, id) in built.into_iter().zip(found) {
            assert!(same(&cell, tree, id), "{tree:?} is read as something else in\n{text}");
        }
    }
}

#[test]
fn printed_cells_mean_the_same() {
    for (Generated { text, .. }, cell) in cells() {
        let printed = print(&cell);
        let again = read(&printed).unwrap_or_else(|mistakes| panic!("{mistakes:#?} in\n{printed}"));
        assert_eq!(printed, print(&again), "printed twice, from\n{text}");
        let (first, second) = (typed(&cell, &text), typed(&again, &printed));
        assert_eq!(first.to_string(), second.to_string(), "{text}\n{printed}");
        for (first, second) in first.nodes.iter().zip(&second.nodes) {
            assert!(first.op == second.op && first.ty == second.ty, "{text}\n{printed}");
        }
    }
}

fn cells() -> impl Iterator<Item = (Generated, Cell)> {
    (0..CELLS).map(|seed| {
        let generated = generate(seed);
        let cell = read(&generated.text).unwrap_or_else(|mistakes| panic!("{mistakes:#?} in\n{}", generated.text));
        (generated, cell)
    })
}

fn typed(cell: &Cell, text: &str) -> typed::Cell {
    check(cell).unwrap_or_else(|mistakes| panic!("{mistakes:#?} in\n{text}"))
}

/// All formulas and axes in the order in which they are written; initialisers do not count.
fn built(written: &Written) -> Vec<&Tree> {
    let mut all: Vec<&Tree> = Vec::new();
    for declaration in &written.declarations {
        match declaration {
            Declaration::Members { shape, .. } | Declaration::State { shape, .. } => all.extend(shape),
            Declaration::Context { shape, .. } => all.extend(shape),
            Declaration::Hyper { value, .. } => all.push(value),
            Declaration::Helper { body, .. } => all.push(body),
        }
    }
    all.extend(written.inputs.iter().flat_map(|(_, shape)| shape));
    all.extend(written.outputs.iter().flat_map(|(_, shape)| shape));
    for statement in &written.statements {
        match statement {
            Statement::Let { shape, value, .. } => all.extend(shape.iter().flatten().chain([value])),
            Statement::LetTuple { value, .. } | Statement::Assign { value, .. } => all.push(value),
        }
    }
    all.push(&written.tail);
    all
}

/// The same of the cell as it was read.
fn found(cell: &Cell) -> Vec<ExpressionId> {
    let mut all = Vec::new();
    for declaration in &cell.declarations {
        match declaration {
            syntax::Declaration::Parameter(members) | syntax::Declaration::Buffer(members) => {
                all.extend(&members.shape.axes);
            }
            syntax::Declaration::State { shape, .. } | syntax::Declaration::Context { shape, .. } => {
                all.extend(&shape.axes);
            }
            syntax::Declaration::Hyper { value, .. } => all.push(*value),
            syntax::Declaration::Helper { body, .. } => all.push(*body),
        }
    }
    all.extend(cell.step.inputs.iter().flat_map(|input| &input.shape.axes));
    all.extend(cell.step.outputs.iter().flat_map(|output| &output.shape.axes));
    for statement in &cell.step.statements {
        match statement {
            syntax::Statement::Let { shape, value, .. } => {
                all.extend(shape.iter().flat_map(|shape| &shape.axes).chain([value]));
            }
            syntax::Statement::LetTuple { value, .. } | syntax::Statement::Assign { value, .. } => all.push(*value),
        }
    }
    all.push(cell.step.tail);
    all
}

fn same(cell: &Cell, tree: &Tree, id: ExpressionId) -> bool {
    let all_same = |trees: &[Tree], ids: &[ExpressionId]| {
        trees.len() == ids.len() && trees.iter().zip(ids).all(|(tree, id)| same(cell, tree, *id))
    };
    let bound = |tree: &Option<Box<Tree>>, id: &Option<ExpressionId>| match (tree, id) {
        (None, None) => true,
        (Some(tree), Some(id)) => same(cell, tree, *id),
        (None, Some(_)) | (Some(_), None) => false,
    };
    match (tree, &cell.expressions[id].kind) {
        (Tree::Number(text), Kind::Number(value)) => text.replace('_', "").parse() == Ok(*value),
        (Tree::Whole(number), Kind::Number(value)) => *number as f64 == *value,
        (Tree::Name(name), Kind::Name(found)) => found == name,
        (Tree::Call(name, trees), Kind::Call { function, arguments }) => function == name && all_same(trees, arguments),
        (Tree::Tuple(trees), Kind::Tuple(ids)) => all_same(trees, ids),
        (Tree::Prefix("-", tree), Kind::Negate(id)) | (Tree::Prefix("!", tree), Kind::Not(id)) => same(cell, tree, *id),
        (Tree::Infix(sign, a, b), Kind::Binary { operator, left, right, .. }) => {
            operator.text() == *sign && same(cell, a, *left) && same(cell, b, *right)
        }
        (Tree::Slice(tree, first, last), Kind::Slice { vector, start, end }) => {
            same(cell, tree, *vector) && bound(first, start) && bound(last, end)
        }
        _ => false,
    }
}
