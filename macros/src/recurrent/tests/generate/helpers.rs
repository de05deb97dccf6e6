//! Helpers, and calls of them with values of other shapes.

use super::axes::{ANY, OTHER};
use super::range::Range;
use super::tree::Tree;
use super::value::{Shape, Value};
use super::written::Declaration;
use super::{Builder, Known, Place};
use crate::recurrent::typed::{Dim, Stage};

/// What is known about a helper, with dimensions that stand for any size.
#[derive(Clone)]
pub(super) struct Helper {
    pub(super) name: String,
    /// Element by element, for values of any shape.
    is_pointwise: bool,
    /// Parameters only beside its arguments, or more.
    stage: Stage,
    arguments: Vec<Shape>,
    pub(super) results: Vec<(Shape, Range)>,
}

/// What the arguments of helpers may be.
const ARGUMENT: Range = Range::new(-2.0, 2.0);

impl Builder {
    pub(super) fn write_helpers(&mut self) {
        for at in 0..self.random.below(4) {
            self.write_helper(format!("f{at}"));
        }
    }

    fn write_helper(&mut self, name: String) {
        let is_pointwise = self.random.chance(0.4);
        let any = Dim::dimension(ANY);
        let arguments: Vec<Shape> = match self.random.below(4) {
            0 | 1 if is_pointwise => vec![Vec::new(); 2],
            _ if is_pointwise => vec![Vec::new(); 1],
            0 => vec![vec![any.clone()]],
            1 => vec![vec![any.clone()], Vec::new()],
            2 => vec![vec![any.clone()], vec![any.clone()]],
            _ => vec![vec![Dim::dimension(OTHER), any.clone()], vec![any.clone()], vec![Dim::dimension(OTHER)]],
        };
        let stage = if self.random.chance(0.5) { Stage::Parameter } else { Stage::Example };
        self.place = Place::Helper { is_pointwise };
        let names = ["a", "b", "d"].into_iter().zip(&arguments);
        self.arguments = names.map(|(name, shape)| Known::real(name, shape, Stage::Parameter, ARGUMENT)).collect();
        let results = self.write_results(stage, &arguments);
        let written: Vec<String> = self.arguments.drain(..).map(|argument| argument.name).collect();
        self.place = Place::Step;
        let mut trees: Vec<Tree> = results.iter().map(|result| result.tree.clone()).collect();
        let body = if trees.len() == 1 { trees.remove(0) } else { Tree::Tuple(trees) };
        self.declarations.push(Declaration::Helper { name: name.clone(), arguments: written, body });
        let results = results.into_iter().map(|result| (result.shape, result.range)).collect();
        self.helpers.push(Helper { name, is_pointwise, stage, arguments, results });
    }

    /// One result or several, which use every argument together.
    fn write_results(&mut self, stage: Stage, arguments: &[Shape]) -> Vec<Value> {
        let count = if self.random.chance(0.25) { self.random.between(2, 3) } else { 1 };
        let vectors: Vec<Shape> = arguments.iter().filter(|shape| shape.len() == 1).cloned().collect();
        let mut results: Vec<Value> = Vec::new();
        for _ in 0..count {
            let is_scalar = vectors.is_empty() || self.random.chance(0.2);
            let shape = if is_scalar { Vec::new() } else { self.random.pick(&vectors).clone() };
            let result = self.real(&shape, stage, 2);
            results.push(self.tamed(result, 10.0));
        }
        let mut used = Vec::new();
        results.iter().for_each(|result| result.tree.names(&mut |name| used.push(name.to_owned())));
        let unused = self.arguments.iter().filter(|argument| !used.contains(&argument.name)).cloned().collect();
        let at = self.random.below(count);
        results[at] = self.folded(results[at].clone(), unused);
        if self.place == (Place::Helper { is_pointwise: true }) {
            // each result has the shape of the arguments only if it reads all of them
            for result in &mut results {
                *result = self.reading_all_arguments(result.clone());
            }
        }
        results
    }

    fn reading_all_arguments(&mut self, result: Value) -> Value {
        let mut used = Vec::new();
        result.tree.names(&mut |name| used.push(name.to_owned()));
        let unused = self.arguments.iter().filter(|argument| !used.contains(&argument.name)).cloned().collect();
        self.folded(result, unused)
    }

    /// A call whose result has this shape, if there is a helper for it.
    pub(super) fn call_of_helper(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Option<Value> {
        if self.helpers.is_empty() || stage == Stage::Constant {
            return None;
        }
        let at = self.random.below(self.helpers.len());
        let helper = self.helpers[at].clone();
        let [(result, range)] = helper.results.as_slice() else { return None };
        // a pointwise body is for scalars: only pointwise helpers may be called in it
        let only_pointwise = self.place == Place::Helper { is_pointwise: true };
        if helper.stage > stage || (only_pointwise && !helper.is_pointwise) || (!helper.is_pointwise && shape.len() > 1)
        {
            return None;
        }
        let shapes = if helper.is_pointwise {
            self.pointwise_shapes(helper.arguments.len(), shape)
        } else {
            let bound = match (result.as_slice(), shape) {
                ([], []) => None,
                ([axis], [wanted]) => Some((axis.clone(), wanted.clone())),
                _ => return None,
            };
            let sizes = self.sizes(bound, stage);
            helper.arguments.iter().map(|shape| bound_shape(shape, &sizes)).collect()
        };
        let call = self.call_with(&helper, shapes, stage, depth.min(2));
        Some(Value::new(call, shape, *range))
    }

    /// A call of this helper, whatever its results are.
    pub(super) fn call_anyhow(&mut self, helper: &Helper) -> (Tree, Vec<(Shape, Range)>) {
        let stage = Stage::Example;
        if helper.is_pointwise {
            let shape = self.small_shape();
            let shapes = self.pointwise_shapes(helper.arguments.len(), &shape);
            let results = helper.results.iter().map(|(_, range)| (shape.clone(), *range)).collect();
            return (self.call_with(helper, shapes, stage, 1), results);
        }
        let sizes = self.sizes(None, stage);
        let shapes = helper.arguments.iter().map(|shape| bound_shape(shape, &sizes)).collect();
        let results = helper.results.iter().map(|(shape, range)| (bound_shape(shape, &sizes), *range)).collect();
        (self.call_with(helper, shapes, stage, 1), results)
    }

    fn call_with(&mut self, helper: &Helper, shapes: Vec<Shape>, stage: Stage, depth: usize) -> Tree {
        let mut trees = Vec::new();
        for shape in shapes {
            // products of two matrices are for parameters only
            let is_weight = shape.len() == 2 && shape.iter().all(|axis| self.is_of_header(axis));
            let stage = if is_weight { stage.min(Stage::Parameter) } else { stage };
            let argument = self.real(&shape, stage, depth);
            trees.push(self.tamed(argument, ARGUMENT.high).tree);
        }
        Tree::call(&helper.name, trees)
    }

    /// One argument has the shape, the others may be scalars.
    fn pointwise_shapes(&mut self, count: usize, shape: &[Dim]) -> Vec<Shape> {
        let kept = self.random.below(count);
        let stretches = (0..count).map(|at| at != kept && self.random.chance(0.3)).collect::<Vec<_>>();
        stretches.into_iter().map(|scalar| if scalar { Vec::new() } else { shape.to_vec() }).collect()
    }

    /// A size for each dimension that stands for any.
    fn sizes(&mut self, bound: Option<(Dim, Dim)>, stage: Stage) -> Vec<(Dim, Dim)> {
        let mut sizes: Vec<(Dim, Dim)> = bound.into_iter().collect();
        for free in [ANY, OTHER].map(Dim::dimension) {
            if !sizes.iter().any(|(axis, _)| *axis == free) {
                let size = self.any_axis(stage);
                sizes.push((free, size));
            }
        }
        sizes
    }
}

fn bound_shape(shape: &[Dim], sizes: &[(Dim, Dim)]) -> Shape {
    let size = |axis: &Dim| {
        let found = sizes.iter().find(|(free, _)| free == axis);
        found.map_or_else(|| axis.clone(), |(_, size)| size.clone())
    };
    shape.iter().map(size).collect()
}
