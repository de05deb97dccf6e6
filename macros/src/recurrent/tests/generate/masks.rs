//! Comparisons and what can be made of them.

use super::Builder;
use super::tree::Tree;
use super::value::Value;
use crate::recurrent::typed::{Dim, Stage, Unary};

const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

impl Builder {
    /// A mask of this shape.
    pub(super) fn mask(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Tree {
        let names = self.visible(|known| known.shape == shape && known.stage <= stage && known.is_mask);
        if !names.is_empty() && self.random.chance(0.5) {
            return Tree::name(&self.random.pick(&names).name);
        }
        match self.random.below(6) {
            0 if depth > 0 => Tree::Prefix("!", Box::new(self.mask(shape, stage, depth - 1))),
            at @ (1 | 2) if depth > 0 => {
                let [first, second] = self.stretching(shape);
                let (left, right) = (self.mask(&first, stage, depth - 1), self.mask(&second, stage, depth - 1));
                Tree::infix(if at == 1 { "&&" } else { "||" }, left, right)
            }
            _ => self.comparison(shape, stage, depth),
        }
    }

    fn comparison(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Tree {
        let operator = self.random.pick(&COMPARISONS);
        if self.stopped && self.random.chance(0.5) {
            // steps have values that are hit exactly
            let (function, number) = if self.random.chance(0.5) { (Unary::Floor, "0") } else { (Unary::Sign, "1") };
            let argument = self.real(shape, stage, depth);
            return Tree::infix(operator, self.unary(function, argument).tree, Value::number(number).tree);
        }
        let [first, second] = self.stretching(shape);
        let (left, right) = (self.real(&first, stage, depth), self.real(&second, stage, depth));
        Tree::infix(operator, left.tree, right.tree)
    }
}
