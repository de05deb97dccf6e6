//! Sums of products become one product: `transpose(u) @ a + transpose(v) @ b` is `[transpose(u) transpose(v)] @ [a b]`.

use super::arena::{Arena, Task, Term, Value};
use super::place::is_product;
use super::{Decision, Source};
use crate::recurrent::ir::{Binary, NodeId, Op};
use std::collections::BTreeSet;

/// The same with [`Task::Products`] for all products of a shared matrix and the vector of a row.
pub(super) fn join(arena: Arena) -> Arena {
    let sums = Sums::of(&arena);
    let mut joined = Joined { values: Vec::with_capacity(arena.values.len()), places: Vec::new() };
    for id in arena.ids() {
        let place = if is_product(&arena, id) {
            let term = term(&arena, id);
            joined.add(&arena, id, Task::Products { terms: vec![joined.term(term)], onto: None })
        } else if sums.roots.contains(&id) {
            joined.sum(&arena, id, &sums)
        } else {
            joined.copy(&arena, id)
        };
        joined.places.push(place);
    }
    joined.finish(arena)
}

/// Chains of additions, each seen as a sum of many terms.
struct Sums {
    roots: BTreeSet<NodeId>,
    /// Additions whose only reader is another one of the same chain.
    inner: Vec<bool>,
    readers: Vec<usize>,
    carried: BTreeSet<NodeId>,
}

impl Sums {
    fn of(arena: &Arena) -> Self {
        let needed = arena.needed();
        let mut readers = vec![0; arena.values.len()];
        for id in arena.ids().filter(|id| needed[id.index()]) {
            arena.value(id).operands().into_iter().for_each(|operand| readers[operand.index()] += 1);
        }
        let asked = arena.results.iter().filter_map(|asked| asked.value);
        asked.chain(arena.summed()).chain(arena.kept.values().copied()).for_each(|id| readers[id.index()] += 2);
        let mut inner = vec![false; arena.values.len()];
        for id in arena.ids().filter(|id| needed[id.index()] && is_sum(arena, *id)) {
            for operand in arena.value(id).operands() {
                let joins = is_sum(arena, operand) && alike(arena, id, operand) && readers[operand.index()] == 1;
                inner[operand.index()] |= joins;
            }
        }
        let carried = arena.results.iter().filter(|asked| matches!(asked.place, Source::StateAdjoint(_)));
        let carried = carried.filter_map(|asked| asked.value).collect();
        let mut sums = Self { roots: BTreeSet::new(), inner, readers, carried };
        let candidates = arena.ids().filter(|id| needed[id.index()] && is_sum(arena, *id) && !sums.inner[id.index()]);
        let roots: BTreeSet<NodeId> = candidates.filter(|id| sums.is_worth(arena, *id)).collect();
        sums.roots = roots;
        sums
    }

    /// Whether there is something to join.
    fn is_worth(&self, arena: &Arena, root: NodeId) -> bool {
        let (products, rest) = self.parts(arena, root);
        let onto = self.carried.contains(&root) && self.can_carry(arena, &rest);
        products.len() > 1 || (products.len() == 1 && onto)
    }

    /// The products of a sum that are read nowhere else and belong to its stage, and all its other terms.
    fn parts(&self, arena: &Arena, root: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
        let (mut products, mut rest, mut stack) = (Vec::new(), Vec::new(), vec![root]);
        while let Some(id) = stack.pop() {
            if id == root || self.inner[id.index()] {
                stack.extend(arena.value(id).operands().into_iter().rev());
            } else if is_product(arena, id) && self.readers[id.index()] == 1 && alike(arena, id, root) {
                products.push(id);
            } else {
                rest.push(id);
            }
        }
        (products, rest)
    }

    /// Whether the rest of a sum is computed for the sum alone, so that the products can be added onto it.
    fn can_carry(&self, arena: &Arena, rest: &[NodeId]) -> bool {
        match rest {
            [] => false,
            [one] => self.readers[one.index()] == 1 && arena.value(*one).is_pointwise() && self.has_shape(arena, *one),
            _ => true,
        }
    }

    fn has_shape(&self, arena: &Arena, id: NodeId) -> bool {
        arena.value(id).shape.len() == 1 && arena.value(id).when.is_row()
    }
}

fn is_sum(arena: &Arena, id: NodeId) -> bool {
    let value = arena.value(id);
    let is_whole = |operand: &NodeId| arena.value(*operand).shape == value.shape;
    matches!(value.op(), Some(Op::Binary(Binary::Add, ..)))
        && value.shape.len() == 1
        && value.when.is_row()
        && value.operands().iter().all(is_whole)
}

fn alike(arena: &Arena, one: NodeId, other: NodeId) -> bool {
    let [one, other] = [one, other].map(|id| arena.value(id));
    one.when == other.when && one.shape == other.shape
}

fn term(arena: &Arena, id: NodeId) -> Term {
    match arena.value(id).op() {
        Some(Op::MatMul { a, b, transpose_a, .. }) => Term { matrix: *a, transposed: *transpose_a, vector: *b },
        _ => unreachable!("a product has two factors"),
    }
}

/// The new values so far, and where the old ones are among them.
struct Joined {
    values: Vec<Value>,
    places: Vec<NodeId>,
}

impl Joined {
    fn term(&self, term: Term) -> Term {
        Term { matrix: self.places[term.matrix.index()], vector: self.places[term.vector.index()], ..term }
    }

    fn push(&mut self, value: Value) -> NodeId {
        self.values.push(value);
        NodeId::new(self.values.len() - 1)
    }

    fn add(&mut self, arena: &Arena, id: NodeId, task: Task) -> NodeId {
        self.push(Value { task, ..arena.value(id).clone() })
    }

    fn copy(&mut self, arena: &Arena, id: NodeId) -> NodeId {
        let mut value = arena.value(id).clone();
        if let Task::Op(op) = &mut value.task {
            op.operands_mut().into_iter().for_each(|operand| *operand = self.places[operand.index()]);
        }
        self.push(value)
    }

    /// The products first, onto the rest or added to it.
    fn sum(&mut self, arena: &Arena, root: NodeId, sums: &Sums) -> NodeId {
        let (products, rest) = sums.parts(arena, root);
        let mut terms: Vec<Term> = products.iter().map(|id| self.term(term(arena, *id))).collect();
        if arena.breaks(Decision::Join) {
            terms.truncate(1);
        }
        let carries = sums.carried.contains(&root) && sums.can_carry(arena, &rest);
        let unnamed = Value { name: None, ..arena.value(root).clone() };
        let rest = rest.iter().map(|id| self.places[id.index()]).collect::<Vec<_>>();
        let together = rest.into_iter().reduce(|sum, term| {
            let task = Task::Op(Op::Binary(Binary::Add, sum, term));
            self.push(Value { task, ..unnamed.clone() })
        });
        let onto = together.filter(|_| carries && !arena.breaks(Decision::Onto));
        let products = self.push(Value { task: Task::Products { terms, onto }, ..unnamed.clone() });
        match together.filter(|_| !carries) {
            None => {
                self.values[products.index()].name.clone_from(&arena.value(root).name);
                products
            }
            Some(rest) => self.add(arena, root, Task::Op(Op::Binary(Binary::Add, products, rest))),
        }
    }

    fn finish(self, mut arena: Arena) -> Arena {
        let places = self.places;
        let at = |id: &mut NodeId| *id = places[id.index()];
        arena.results.iter_mut().filter_map(|asked| asked.value.as_mut()).for_each(at);
        for (_, part) in arena.totals.iter_mut().flat_map(|total| &mut total.parts) {
            part.nodes_mut().into_iter().for_each(at);
        }
        arena.kept.values_mut().for_each(at);
        Arena { values: self.values, ..arena }
    }
}
