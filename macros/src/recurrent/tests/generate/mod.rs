//! Random cells without mistakes: every function, operator, declaration and statement of the language, in formulas whose
//! values stay small and away from poles, so that their derivatives can be compared with finite differences.

mod axes;
mod declare;
mod fold;
mod helpers;
mod masks;
mod pointwise;
mod range;
mod ranks;
mod step;
pub(crate) mod tree;
mod value;
pub(crate) mod written;

use super::random::Random;
use crate::recurrent::typed::{Dim, Stage};
use helpers::Helper;
use range::Range;
use tree::Tree;
use value::{Shape, Value};
use written::{Declaration, Written};

/// A cell as data and as text, and a size for each dimension.
pub(crate) struct Generated {
    pub(crate) written: Written,
    pub(crate) text: String,
    /// All different, 2 and more; those of the header first.
    pub(crate) sizes: Vec<(String, usize)>,
}

/// The cell with this number.
pub(crate) fn generate(seed: u64) -> Generated {
    let mut builder = Builder::new(seed);
    let written = builder.cell(&format!("Random{seed}"));
    let text = written.text(&mut builder.random);
    let sizes = builder.dimensions.into_iter().map(|dimension| (dimension.name, dimension.size)).collect();
    Generated { written, text, sizes }
}

/// What has been declared so far.
struct Builder {
    random: Random,
    dimensions: Vec<Dimension>,
    declarations: Vec<Declaration>,
    /// Parameters, buffers, hypers, states and contexts.
    declared: Vec<Known>,
    inputs: Vec<Known>,
    /// Names of `let`.
    locals: Vec<Known>,
    /// Of the helper that is being written.
    arguments: Vec<Known>,
    helpers: Vec<Helper>,
    place: Place,
    /// Whether `floor` and `sign` are allowed, as no derivative is asked of them.
    stopped: bool,
    /// How many names of each kind there are.
    counts: Counts,
}

struct Dimension {
    name: String,
    /// The argument of `new`, or nothing if contexts bring the size.
    argument: Option<&'static str>,
    size: usize,
}

/// A name that formulas may read.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    shape: Shape,
    stage: Stage,
    range: Range,
    is_mask: bool,
}

/// Where the formula stands that is being written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Step,
    /// The body of a helper. If it is pointwise, its arguments are scalars here and anything at a call.
    Helper {
        is_pointwise: bool,
    },
}

#[derive(Default)]
struct Counts {
    parameters: usize,
    buffers: usize,
    locals: usize,
}

impl Builder {
    fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            dimensions: Vec::new(),
            declarations: Vec::new(),
            declared: Vec::new(),
            inputs: Vec::new(),
            locals: Vec::new(),
            arguments: Vec::new(),
            helpers: Vec::new(),
            place: Place::Step,
            stopped: false,
            counts: Counts::default(),
        }
    }

    /// A formula of this shape that depends on no more than the stage says.
    fn real(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        if depth > 0 && !self.random.chance(0.1) {
            for _ in 0..8 {
                if let Some(value) = self.production(shape, stage, depth - 1) {
                    return value;
                }
            }
        }
        self.leaf(shape, stage)
    }

    /// One operation, if the one that was drawn is possible here.
    fn production(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Option<Value> {
        let is_pointwise = stage == Stage::Constant || self.place == Place::Helper { is_pointwise: true };
        if is_pointwise || self.random.chance(0.5) {
            return self.pointwise(shape, stage, depth);
        }
        match shape {
            [] => self.scalar(stage, depth),
            [length] => self.vector(length, stage, depth),
            [rows, columns] => self.matrix(rows, columns, stage, depth),
            _ => unreachable!("values have at most two axes"),
        }
    }

    /// A name or a number.
    fn leaf(&mut self, shape: &[Dim], stage: Stage) -> Value {
        if shape.len() != 1 && stage == Stage::Example && self.place == Place::Step && self.random.chance(0.3) {
            return self.leaf_of_vectors(shape, stage);
        }
        let mut names = self.visible(|known| known.shape == shape && known.stage <= stage && !known.is_mask);
        let of_examples: Vec<Known> = names.iter().filter(|known| known.stage == Stage::Example).cloned().collect();
        if !of_examples.is_empty() && self.random.chance(0.5) {
            names = of_examples;
        }
        let numbers = if shape.is_empty() { 2 } else { 0 };
        let may_declare = stage != Stage::Constant && shape.iter().all(|axis| self.is_of_header(axis));
        let declares = may_declare && (names.is_empty() && numbers == 0 || self.random.chance(0.25));
        if declares {
            return self.declare_array(shape);
        }
        match self.random.below((names.len() + numbers).max(1)) {
            at if at < names.len() => names[at].value(),
            _ if shape.is_empty() => self.number(),
            _ => self.leaf_of_vectors(shape, stage),
        }
    }

    /// What differs between examples is made of vectors, as few scalars and no matrices have names.
    fn leaf_of_vectors(&mut self, shape: &[Dim], stage: Stage) -> Value {
        match shape {
            [] => {
                let vector = vec![self.any_axis(stage)];
                let vector = self.leaf(&vector, stage);
                let range = vector.range;
                vector.call("mean", vec![], &[], range)
            }
            [rows, columns] => {
                let [rows, columns] = [rows, columns].map(std::slice::from_ref);
                let (left, right) = (self.leaf(rows, stage), self.leaf(columns, stage));
                self.outer(left, right)
            }
            _ => unreachable!("vectors are asked for where there is one or one can be declared"),
        }
    }

    fn number(&mut self) -> Value {
        const NUMBERS: [&str; 9] = ["0.5", "2", "1", "0.25", "1.5", "1e-1", "3.0", "0.12_5", "7e-1"];
        if self.random.chance(0.15) {
            return Value::new(Tree::name("pi"), &[], Range::exactly(std::f64::consts::PI));
        }
        if self.random.chance(0.15) {
            let dimension = &self.dimensions[self.random.below(self.dimensions.len())];
            // a helper may not mention what only the contexts of a call bring
            if dimension.argument.is_some() || self.place == Place::Step {
                return Value::new(Tree::name(&dimension.name), &[], Range::new(1.0, 5.0));
            }
        }
        Value::number(self.random.word(&NUMBERS))
    }

    /// The names that may be read here and are wanted.
    fn visible(&self, wanted: impl Fn(&Known) -> bool) -> Vec<Known> {
        let step: &[&Vec<Known>] = &[&self.inputs, &self.locals];
        let lists = match self.place {
            Place::Step => step,
            Place::Helper { .. } => &[&self.arguments],
        };
        let all = self.declared.iter().chain(lists.iter().copied().flatten());
        all.filter(|known| wanted(known)).cloned().collect()
    }
}

impl Known {
    fn real(name: impl Into<String>, shape: &[Dim], stage: Stage, range: Range) -> Self {
        Self { name: name.into(), shape: shape.to_vec(), stage, range, is_mask: false }
    }

    fn value(&self) -> Value {
        Value::new(Tree::name(&self.name), &self.shape, self.range)
    }
}
