//! Sums over rows: one product of two matrices for all that are multiplied by the same vectors.

use super::{Pass, plus};
use crate::recurrent::diff::Contribution;
use crate::recurrent::ir::{NodeId, Op};
use crate::recurrent::plan::arena::{Arena, Total, When};
use crate::recurrent::plan::{Decision, Instruction, View};
use std::collections::{BTreeMap, BTreeSet};

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
    fn write_products_of(&mut self, when: When, right: NodeId, sums: Vec<Sum>) {
        let right = self.view(right);
        let start = |view: &View| (view.region, view.start.clone());
        let end = |view: &View| (view.region, plus(&view.start, &view.length));
        let ends: BTreeSet<_> = sums.iter().map(|sum| end(&sum.left)).collect();
        let (first, rest): (Vec<Sum>, Vec<Sum>) = sums.into_iter().partition(|sum| !ends.contains(&start(&sum.left)));
        let mut following: BTreeMap<_, Vec<Sum>> = BTreeMap::new();
        for sum in rest.into_iter().rev() {
            following.entry(start(&sum.left)).or_default().push(sum);
        }
        for Sum { mut left, out, label } in first {
            let (mut outs, mut labels) = (vec![out], vec![label]);
            while let Some(next) = following.get_mut(&end(&left)).and_then(Vec::pop) {
                left.length = plus(&left.length, &next.left.length);
                outs.push(next.out);
                labels.push(next.label);
            }
            if self.arena.breaks(Decision::Total) {
                outs.reverse();
            }
            let right = right.clone();
            self.push(when, Instruction::TotalProduct { left, right, outs, accumulate: false, labels });
        }
        // equal factors of several sums
        for Sum { left, out, label } in following.into_values().flatten() {
            let (right, outs, labels) = (right.clone(), vec![out], vec![label]);
            self.push(when, Instruction::TotalProduct { left, right, outs, accumulate: false, labels });
        }
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
