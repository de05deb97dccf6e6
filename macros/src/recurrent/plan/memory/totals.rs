//! Sums over rows: one product of two matrices for all that are multiplied by the same vectors.

use super::{Pass, plus};
use crate::recurrent::diff::Contribution;
use crate::recurrent::ir::{NodeId, Op};
use crate::recurrent::plan::arena::{Arena, Total, When};
use crate::recurrent::plan::{Instruction, View};
use std::collections::BTreeMap;

/// The sum of outer products that is one total, or the first part of one.
struct Sum {
    left: View,
    out: View,
    label: String,
}

impl Pass<'_, '_> {
    pub(super) fn write_totals(&mut self) {
        let mut products: BTreeMap<(When, NodeId), Vec<Sum>> = BTreeMap::new();
        let mut later = Vec::new();
        for (leaf, total) in read(self.arena) {
            let out = self.view(leaf);
            for (at, (when, part)) in total.parts.iter().enumerate() {
                match *part {
                    Contribution::Outer(left, right) if at == 0 && !total.by_example => {
                        let sum = Sum { left: self.view(left), out: out.clone(), label: self.label(total) };
                        products.entry((*when, right)).or_default().push(sum);
                    }
                    Contribution::Outer(left, right) => {
                        let (left, right) = (self.view(left), self.view(right));
                        let (outs, labels) = (vec![out.clone()], vec![self.label(total)]);
                        let accumulate = at > 0;
                        later.push((*when, Instruction::TotalProduct { left, right, outs, accumulate, labels }));
                    }
                    Contribution::Whole(value) => {
                        let value = self.view(value);
                        let accumulate = at > 0;
                        later.push((*when, Instruction::TotalSum { value, out: out.clone(), accumulate }));
                    }
                }
            }
        }
        for ((when, right), sums) in products {
            self.write_products_of(when, right, sums);
        }
        later.into_iter().for_each(|(when, instruction)| self.push(when, instruction));
    }

    fn label(&self, total: &Total) -> String {
        format!("d {}", self.labels().target(total.target))
    }

    /// Those whose left factors stand side by side are one product.
    fn write_products_of(&mut self, when: When, right: NodeId, mut sums: Vec<Sum>) {
        let right = self.view(right);
        while let Some(first) = self.first(&sums) {
            let first = sums.remove(first);
            let mut left = first.left;
            let (mut outs, mut labels) = (vec![first.out], vec![first.label]);
            while let Some(next) = sums.iter().position(|sum| follows(&left, &sum.left)) {
                let next = sums.remove(next);
                left.length = plus(&left.length, &next.left.length);
                outs.push(next.out);
                labels.push(next.label);
            }
            let right = right.clone();
            self.push(when, Instruction::TotalProduct { left, right, outs, accumulate: false, labels });
        }
    }

    /// One that follows none of the others.
    fn first(&self, sums: &[Sum]) -> Option<usize> {
        let is_first = |sum: &&Sum| !sums.iter().any(|other| follows(&other.left, &sum.left));
        let first = sums.iter().position(|sum| is_first(&sum));
        first.or_else(|| (!sums.is_empty()).then_some(0))
    }
}

/// The totals that something reads, each with its value.
fn read(arena: &Arena) -> Vec<(NodeId, &Total)> {
    let needed = arena.needed();
    let total = |id: NodeId| match arena.value(id).op() {
        Some(Op::Total(at)) => Some((id, &arena.totals[*at])),
        _ => None,
    };
    arena.ids().filter(|id| needed[id.index()]).filter_map(total).collect()
}

fn follows(left: &View, right: &View) -> bool {
    left.region == right.region && plus(&left.start, &left.length) == right.start
}
