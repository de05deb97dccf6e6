//! Operations that change the rank, mix the elements or know the axes.

use super::Builder;
use super::axes::sum;
use super::range::Range;
use super::tree::Tree;
use super::value::Value;
use crate::recurrent::typed::{Dim, Stage};

impl Builder {
    pub(super) fn scalar(&mut self, stage: Stage, depth: usize) -> Option<Value> {
        let axis = self.any_axis(stage);
        let vector = self.real(std::slice::from_ref(&axis), stage, depth);
        if self.random.chance(0.3) {
            let other = self.real(std::slice::from_ref(&axis), stage, depth);
            let bound = self.size(&axis) as f64 * vector.range.magnitude() * other.range.magnitude();
            let dot = Value::new(Tree::call("dot", [vector.tree, other.tree]), &[], Range::new(-bound, bound));
            return Some(self.tamed(dot, 10.0));
        }
        Some(self.reduced(vector))
    }

    /// One number for each row.
    fn reduced(&mut self, value: Value) -> Value {
        const REDUCTIONS: [&str; 6] = ["sum", "mean", "min", "max", "norm", "logsumexp"];
        let Some((last, rest)) = value.shape.split_last() else { unreachable!("a scalar has no axis") };
        let (count, rest) = (self.size(last) as f64, rest.to_vec());
        let range = value.range;
        let function = *self.random.pick(&REDUCTIONS);
        let range = match function {
            "sum" => range.times(count),
            "norm" => Range::new(0.0, range.magnitude() * count.sqrt()),
            "logsumexp" => Range::new(range.low, range.high + count.ln()),
            _ => range,
        };
        let reduced = value.call(function, vec![], &rest, range);
        self.tamed(reduced, 10.0)
    }

    pub(super) fn vector(&mut self, length: &Dim, stage: Stage, depth: usize) -> Option<Value> {
        match self.random.below(14) {
            0..=5 => Some(self.matrix_times_vector(length, stage, depth)),
            6 => {
                let columns = self.any_axis(stage);
                let matrix = self.real(&[length.clone(), columns], stage, depth);
                Some(self.reduced(matrix))
            }
            7 | 8 => Some(self.normalised(std::slice::from_ref(length), stage, depth)),
            9 | 10 => self.concatenation(length, stage, depth),
            11 | 12 => self.slice_of_longer(length, stage, depth),
            _ => self.slice_of_name(length, stage),
        }
    }

    fn matrix_times_vector(&mut self, length: &Dim, stage: Stage, depth: usize) -> Value {
        let matrix_stage = if self.random.chance(0.6) { stage.min(Stage::Parameter) } else { stage };
        let columns = self.any_axis(stage);
        // what nobody can declare is made from vectors of one example
        let declarable = self.is_of_header(length) && self.is_of_header(&columns);
        let matrix_stage = if declarable { matrix_stage } else { stage };
        let matrix = self.real(&[length.clone(), columns.clone()], matrix_stage, depth.min(2));
        let vector = self.real(std::slice::from_ref(&columns), stage, depth);
        let product = self.product(matrix, vector);
        self.tamed(product, 10.0)
    }

    fn product(&self, left: Value, right: Value) -> Value {
        let bound = self.size(&left.shape[1]) as f64 * left.range.magnitude() * right.range.magnitude();
        let shape: Vec<Dim> = left.shape[..1].iter().chain(&right.shape[1..]).cloned().collect();
        Value::new(Tree::infix("@", left.tree, right.tree), &shape, Range::new(-bound, bound))
    }

    /// Functions of a whole row that keep the shape.
    fn normalised(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let value = self.real(shape, stage, depth);
        let count = shape.last().map_or(1, |last| self.size(last)) as f64;
        let range = value.range;
        match self.random.below(4) {
            0 => value.call("softmax", vec![], shape, Range::new(0.0, 1.0)),
            1 => {
                let low = range.low - range.high - count.ln();
                let normalised = value.call("log_softmax", vec![], shape, Range::new(low, 0.0));
                self.tamed(normalised, 10.0)
            }
            2 => value.call("layer_norm", vec![], shape, Range::new(-count.sqrt(), count.sqrt())),
            _ => {
                let epsilon = self.positive_constant();
                value.call("layer_norm", vec![epsilon.tree], shape, Range::new(-count.sqrt(), count.sqrt()))
            }
        }
    }

    /// The length cut into parts.
    fn concatenation(&mut self, length: &Dim, stage: Stage, depth: usize) -> Option<Value> {
        let mut parts: Vec<Vec<Dim>> = Vec::new();
        for (product, count) in length.terms() {
            let single = product.iter().fold(Dim::number(1), |all, at| {
                all.times(&Dim::dimension(*at)).unwrap_or_else(|| unreachable!("the sizes of tests are small"))
            });
            if product.is_empty() {
                // scalars, one element each
                parts.extend((0..count).map(|_| Vec::new()));
            } else {
                parts.extend((0..count).map(|_| vec![single.clone()]));
            }
        }
        if !parts.iter().flatten().all(|axis| self.can_be_vector(axis, stage)) {
            return None;
        }
        // order is free where all parts are of one kind; otherwise any order gives the same length
        self.random.shuffle(&mut parts);
        let values: Vec<Value> = parts.iter().map(|part| self.real(part, stage, depth)).collect();
        let range = values.iter().map(|value| value.range).reduce(Range::or)?;
        let trees: Vec<Tree> = values.into_iter().map(|value| value.tree).collect();
        Some(Value::new(Tree::call("concat", trees), std::slice::from_ref(length), range))
    }

    /// Whether there is a vector of this length, or one may be declared.
    fn can_be_vector(&self, axis: &Dim, stage: Stage) -> bool {
        self.is_of_header(axis)
            || !self
                .visible(|known| known.shape.as_slice() == [axis.clone()] && known.stage <= stage && !known.is_mask)
                .is_empty()
    }

    fn slice_of_longer(&mut self, length: &Dim, stage: Stage, depth: usize) -> Option<Value> {
        if !self.is_of_header(length) {
            return None;
        }
        let before = self.axis();
        let from_start = self.random.chance(0.4);
        let mut all = if from_start { length.clone() } else { sum(&before, length) };
        let to_end = !from_start && self.random.chance(0.5);
        if !to_end {
            all = sum(&all, &self.axis());
        }
        let vector = self.real(std::slice::from_ref(&all), stage, depth);
        let start = if from_start { Dim::number(0) } else { before };
        Some(self.slice(vector, &start, length, to_end))
    }

    /// A part of something longer that has a name.
    fn slice_of_name(&mut self, length: &Dim, stage: Stage) -> Option<Value> {
        let longer = |axis: &Dim| axis.minus(length).filter(|rest| rest.as_number() != Some(0));
        let names = self.visible(|known| {
            known.shape.len() == 1 && known.stage <= stage && !known.is_mask && longer(&known.shape[0]).is_some()
        });
        if names.is_empty() || !self.is_named(length) {
            return None;
        }
        let name = self.random.pick(&names).clone();
        let rest = longer(&name.shape[0])?;
        if !self.is_named(&rest) {
            return None;
        }
        let to_end = self.random.chance(0.5);
        let start = if to_end { rest } else { Dim::number(0) };
        Some(self.slice(name.value(), &start, length, to_end))
    }

    fn slice(&mut self, vector: Value, start: &Dim, length: &Dim, to_end: bool) -> Value {
        let has_start = start.as_number() != Some(0) || self.random.chance(0.1);
        let first = has_start.then(|| Box::new(self.axis_tree(start)));
        let end = sum(start, length);
        let last = (!to_end).then(|| Box::new(self.axis_tree(&end)));
        let range = vector.range;
        Value::new(Tree::Slice(Box::new(vector.tree), first, last), std::slice::from_ref(length), range)
    }

    pub(super) fn matrix(&mut self, rows: &Dim, columns: &Dim, stage: Stage, depth: usize) -> Option<Value> {
        let shape = [rows.clone(), columns.clone()];
        match self.random.below(8) {
            0 | 1 => {
                let left = self.vector_or_none(rows, stage, depth)?;
                let right = self.vector_or_none(columns, stage, depth)?;
                Some(self.outer(left, right))
            }
            2 | 3 => {
                let other = self.real(&[columns.clone(), rows.clone()], stage, depth);
                let range = other.range;
                Some(other.call("transpose", vec![], &shape, range))
            }
            4 if rows == columns && self.is_named(rows) => {
                let tree = self.axis_tree(rows);
                Some(Value::new(Tree::call("identity", [tree]), &shape, Range::new(0.0, 1.0)))
            }
            5 if rows == columns => {
                let vector = self.vector_or_none(rows, stage, depth)?;
                let range = vector.range.or(Range::exactly(0.0));
                Some(vector.call("diag", vec![], &shape, range))
            }
            6 if stage == Stage::Parameter && self.is_of_header(rows) && self.is_of_header(columns) => {
                let inner = self.axis();
                let left = self.real(&[rows.clone(), inner.clone()], stage, depth);
                let right = self.real(&[inner, columns.clone()], stage, depth);
                let product = self.product(left, right);
                Some(self.tamed(product, 10.0))
            }
            7 => Some(self.normalised(&shape, stage, depth)),
            _ => None,
        }
    }

    fn vector_or_none(&mut self, length: &Dim, stage: Stage, depth: usize) -> Option<Value> {
        self.can_be_vector(length, stage).then(|| self.real(std::slice::from_ref(length), stage, depth))
    }

    pub(super) fn outer(&mut self, left: Value, right: Value) -> Value {
        let shape = [left.shape[0].clone(), right.shape[0].clone()];
        let bound = left.range.magnitude() * right.range.magnitude();
        let outer = Value::new(Tree::call("outer", [left.tree, right.tree]), &shape, Range::new(-bound, bound));
        self.tamed(outer, 10.0)
    }
}
