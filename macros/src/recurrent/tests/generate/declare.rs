//! The header and the declarations.

use super::axes::{sum, times};
use super::range::Range;
use super::tree::Tree;
use super::value::Value;
use super::written::Declaration;
use super::{Builder, Dimension, Known};
use crate::recurrent::typed::{Dim, Stage};

const ARGUMENTS: [(&str, &str); 3] = [("input", "D"), ("hidden", "H"), ("inner", "M")];

impl Builder {
    /// One to three dimensions of the header, and now and then one that only contexts have.
    pub(super) fn dimensions(&mut self) {
        let mut sizes = [2, 3, 4, 5];
        self.random.shuffle(&mut sizes);
        let header = self.random.between(1, 3);
        for ((argument, name), size) in ARGUMENTS.into_iter().zip(sizes).take(header) {
            self.dimensions.push(Dimension { name: name.to_owned(), argument: Some(argument), size });
        }
        if self.random.chance(0.3) {
            self.dimensions.push(Dimension { name: "K".to_owned(), argument: None, size: sizes[3] });
        }
    }

    pub(super) fn hypers(&mut self) {
        const VALUES: [&str; 4] = ["0.5", "1.1", "0.3", "0.75"];
        for at in 0..self.random.below(3) {
            let value = Tree::Number(self.random.word(&VALUES));
            let value =
                if self.random.chance(0.2) { Tree::infix("/", Tree::name("pi"), Tree::Number("4")) } else { value };
            let name = format!("g{at}");
            self.declarations.push(Declaration::Hyper { name: name.clone(), value });
            self.declared.push(Known::real(name, &[], Stage::Constant, Range::new(0.3, 1.2)));
        }
    }

    pub(super) fn states(&mut self) {
        for at in 0..self.random.below(4) {
            let shape = self.small_shape();
            let name = format!("s{at}");
            let start = self.start(&shape);
            let trees = self.shape_trees(&shape);
            self.declarations.push(Declaration::State { name: name.clone(), shape: trees, start });
            self.declared.push(Known::real(name, &shape, Stage::Example, Range::new(-2.0, 2.0)));
        }
    }

    pub(super) fn contexts(&mut self) {
        let mut shapes = Vec::new();
        let header = self.dimensions.iter().filter(|dimension| dimension.argument.is_some()).count();
        if self.dimensions.len() > header {
            let free = Dim::dimension(header);
            shapes.push(vec![free.clone()]);
            match self.random.below(4) {
                0 => shapes.push(vec![times(2, &free)]),
                1 => shapes.push(vec![sum(&free, &self.axis())]),
                _ => {}
            }
        }
        if self.random.chance(0.2) {
            shapes.push(self.small_shape());
        }
        for (at, shape) in shapes.into_iter().enumerate() {
            let name = format!("c{at}");
            let trees = self.shape_trees(&shape);
            self.declarations.push(Declaration::Context { name: name.clone(), shape: trees });
            self.declared.push(Known::real(name, &shape, Stage::Example, Range::new(-1.5, 1.5)));
        }
    }

    /// The inputs of `step`, with their shapes as they are written.
    pub(super) fn step_inputs(&mut self) -> Vec<(String, Vec<Tree>)> {
        let mut inputs = Vec::new();
        for at in 0..self.random.between(1, 3) {
            let shape = self.small_shape();
            let name = format!("x{at}");
            inputs.push((name.clone(), self.shape_trees(&shape)));
            self.inputs.push(Known::real(name, &shape, Stage::Example, Range::new(-1.5, 1.5)));
        }
        inputs
    }

    /// Rank 1, or now and then 0.
    pub(super) fn small_shape(&mut self) -> Vec<Dim> {
        if self.random.chance(0.25) { Vec::new() } else { vec![self.axis()] }
    }

    /// A new parameter or buffer.
    pub(super) fn declare_array(&mut self, shape: &[Dim]) -> Value {
        let is_buffer = self.random.chance(0.15);
        let (keyword, name) = if is_buffer {
            self.counts.buffers += 1;
            ("buffer", format!("k{}", self.counts.buffers))
        } else {
            self.counts.parameters += 1;
            ("param", format!("p{}", self.counts.parameters))
        };
        let optional = !is_buffer && self.random.chance(0.15);
        let known = Known::real(name.clone(), shape, Stage::Parameter, Range::new(-1.0, 1.0));
        self.declared.push(known.clone());
        let trees = self.shape_trees(shape);
        let initialiser = self.initialiser(shape);
        let names = vec![name];
        self.declarations.push(Declaration::Members { keyword, names, shape: trees, optional, initialiser });
        known.value()
    }

    fn start(&mut self, shape: &[Dim]) -> Option<Tree> {
        match self.random.below(6) {
            0 => Some(Tree::name("zeros")),
            1 => Some(Tree::name("ones")),
            2 => Some(Tree::call("constant", [self.small_number()])),
            3 => Some(Tree::name("learned")),
            4 => Some(Tree::call("learned", [self.initialiser(shape)])),
            _ => None,
        }
    }

    fn initialiser(&mut self, shape: &[Dim]) -> Tree {
        let rank_two: &[&'static str] =
            &["glorot_uniform", "glorot_normal", "kaiming_uniform", "kaiming_normal", "orthogonal", "identity"];
        match self.random.below(8) {
            0 => Tree::name("zeros"),
            1 => Tree::name("ones"),
            2 => Tree::call("constant", [self.small_number()]),
            3 => Tree::call("normal", [Tree::Number("0.1")]),
            4 => Tree::call("uniform", [Tree::Prefix("-", Box::new(Tree::Number("0.5"))), Tree::Number("0.5")]),
            5 if shape.len() == 2 => {
                let last = if shape[0] == shape[1] { 6 } else { 5 };
                Tree::name(rank_two[self.random.below(last)])
            }
            _ => {
                let dimension = Tree::name(&self.dimensions[0].name);
                let bound = Tree::infix("/", Tree::Number("1"), Tree::call("sqrt", [dimension]));
                Tree::call("uniform", [bound])
            }
        }
    }

    fn small_number(&mut self) -> Tree {
        if self.random.chance(0.3) {
            return Tree::Prefix("-", Box::new(Tree::Number("0.25")));
        }
        Tree::Number(self.random.word(&["0.5", "0.1", "1"]))
    }
}
