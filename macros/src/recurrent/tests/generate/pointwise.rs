//! Operations element by element.

use super::range::Range;
use super::tree::Tree;
use super::value::Value;
use super::{Builder, Shape};
use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::typed::{Binary, Dim, Stage, Unary};

const BINARY: [Binary; 12] = [
    Binary::Add,
    Binary::Add,
    Binary::Add,
    Binary::Sub,
    Binary::Mul,
    Binary::Mul,
    Binary::Mul,
    Binary::Div,
    Binary::Pow,
    Binary::Minimum,
    Binary::Maximum,
    Binary::Rem,
];

/// Functions with values between -1 and 1.
const SQUASHING: [Unary; 8] =
    [Unary::Tanh, Unary::Tanh, Unary::Sigmoid, Unary::Sigmoid, Unary::Sin, Unary::Cos, Unary::Erf, Unary::Softsign];

impl Builder {
    pub(super) fn pointwise(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Option<Value> {
        match self.random.below(20) {
            0..=5 => Some(self.function_of_one(shape, stage, depth)),
            6..=13 => Some(self.function_of_two(shape, stage, depth)),
            14 => Some(self.with_constants(shape, stage, depth)),
            15 => Some(self.stop(shape, stage, depth)),
            16 | 17 => (stage != Stage::Constant).then(|| self.selection(shape, stage, depth)),
            _ => self.call_of_helper(shape, stage, depth),
        }
    }

    fn function_of_one(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let stopped = self.stopped;
        let unary = |function: Function| match function {
            Function::Unary(Unary::Floor | Unary::Sign) if !stopped => None,
            Function::Unary(unary) => Some(unary),
            _ => None,
        };
        let mut functions: Vec<Unary> = FUNCTIONS.iter().filter_map(|entry| unary(entry.function)).collect();
        functions.push(Unary::Neg);
        let function = *self.random.pick(&functions);
        let argument = self.real(shape, stage, depth);
        self.unary(function, argument)
    }

    fn function_of_two(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let function = *self.random.pick(&BINARY);
        let [first, second] = self.stretching(shape);
        let (a, b) = (self.real(&first, stage, depth), self.real(&second, stage, depth));
        self.binary(function, a, b)
    }

    /// Shapes of operands whose result has this shape.
    pub(super) fn stretching(&mut self, shape: &[Dim]) -> [Shape; 2] {
        // matrices are few, and mostly scaled
        match self.random.below(if shape.len() == 2 { 3 } else { 5 }) {
            0 => [Vec::new(), shape.to_vec()],
            1 => [shape.to_vec(), Vec::new()],
            _ => [shape.to_vec(), shape.to_vec()],
        }
    }

    /// The function of the argument, or of something similar where it is tame.
    pub(super) fn unary(&mut self, function: Unary, argument: Value) -> Value {
        if let Some(value) = argument.clone().unary(function) {
            return value;
        }
        let argument = match function {
            Unary::Ln | Unary::Log1p | Unary::Sqrt | Unary::Recip => self.positive(argument),
            _ => self.squashed(argument),
        };
        argument.unary(function).unwrap_or_else(|| unreachable!("{function:?} is tame here"))
    }

    /// The function of the arguments, or of something similar where it is tame.
    pub(super) fn binary(&mut self, function: Binary, a: Value, b: Value) -> Value {
        if let Some(value) = a.clone().binary(function, b.clone()) {
            return value;
        }
        let (a, b) = match function {
            Binary::Div | Binary::Rem => (self.squashed(a), self.positive(b)),
            // whole exponents take any base, also a negative one
            Binary::Pow if a.shape.len() >= b.shape.len() && self.random.chance(0.5) => {
                (self.squashed(a), Value::number("3"))
            }
            Binary::Pow => (self.positive(a), self.squashed(b)),
            _ => (self.squashed(a), self.squashed(b)),
        };
        a.binary(function, b).unwrap_or_else(|| unreachable!("{function:?} is tame here"))
    }

    /// Between -1 and 1.
    pub(super) fn squashed(&mut self, value: Value) -> Value {
        let function = *self.random.pick(&SQUASHING);
        value.squashed(function)
    }

    /// What is small enough stays as it is.
    pub(super) fn tamed(&mut self, value: Value, magnitude: f64) -> Value {
        if value.range.magnitude() <= magnitude { value } else { self.squashed(value) }
    }

    /// At least 0.2.
    fn positive(&mut self, value: Value) -> Value {
        let value = self.tamed(value, 2.0);
        let tame = "numbers of at most 2 are tame";
        let (wrapped, plus) = match self.random.below(5) {
            0 => (value.unary(Unary::Softplus), "0.5"),
            1 => (value.unary(Unary::Square), "0.3"),
            2 => (value.unary(Unary::Abs), "0.4"),
            3 => (value.unary(Unary::Sigmoid), "0.2"),
            _ => (value.unary(Unary::Sin), "1.5"),
        };
        let sum = wrapped.and_then(|wrapped| wrapped.binary(Binary::Add, Value::number(plus)));
        sum.unwrap_or_else(|| unreachable!("{tame}"))
    }

    /// Functions that take constants beside the value.
    fn with_constants(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let value = self.real(shape, stage, depth);
        let range = value.range;
        let value = match self.random.below(5) {
            0 => value.call("elu", vec![], shape, Range::new(-1.0, range.high.max(0.0))),
            1 => value.call("leaky_relu", vec![], shape, range),
            2 => {
                let alpha = self.positive_constant();
                value.call("elu", vec![alpha.tree], shape, Range::new(-alpha.range.high, range.high.max(0.0)))
            }
            3 => {
                let slope = self.positive_constant();
                let slopes = range.times(slope.range.high);
                value.call("leaky_relu", vec![slope.tree], shape, range.or(slopes).or(Range::exactly(0.0)))
            }
            _ => self.clamped(value),
        };
        self.tamed(value, 20.0)
    }

    fn clamped(&mut self, value: Value) -> Value {
        let shape = value.shape.clone();
        let (low, high) = (self.positive_constant(), self.positive_constant());
        let mut range = Range::new(value.range.low.max(-low.range.high), value.range.high.min(high.range.high));
        let mut bounds = [low.tree, high.tree];
        // one bound may be far away
        if self.random.chance(0.2) {
            let open = self.random.below(2);
            bounds[open] = Tree::name("inf");
            range = value.range.or(Range::exactly(0.0));
        }
        let [low, high] = bounds;
        // whatever the argument, the result lies between the bounds
        let range = if range.low > range.high { Range::new(-2.0, 2.0) } else { range };
        value.call("clamp", vec![Tree::Prefix("-", Box::new(low)), high], &shape, range)
    }

    /// A constant from 0.05 to 2.
    pub(super) fn positive_constant(&mut self) -> Value {
        const NUMBERS: [&str; 5] = ["0.5", "1", "0.1", "1.5", "0.2"];
        if self.random.chance(0.6) {
            return Value::number(self.random.word(&NUMBERS));
        }
        let constant = self.real(&[], Stage::Constant, 2);
        let constant = self.tamed(constant, 20.0);
        let positive = constant.unary(Unary::Abs).unwrap_or_else(|| unreachable!("every number has a magnitude"));
        let bounded = Value::new(positive.tree, &[], Range::new(0.0, 1.9));
        let bounded = Value::new(Tree::call("minimum", [bounded.tree, Tree::Number("1.9")]), &[], bounded.range);
        bounded.binary(Binary::Add, Value::number("0.05")).unwrap_or_else(|| unreachable!("a small sum is tame"))
    }

    fn stop(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let outside = std::mem::replace(&mut self.stopped, true);
        let value = self.real(shape, stage, depth);
        self.stopped = outside;
        let range = value.range;
        value.call("stop_gradient", vec![], shape, range)
    }

    fn selection(&mut self, shape: &[Dim], stage: Stage, depth: usize) -> Value {
        let mut shapes = [shape.to_vec(), shape.to_vec(), shape.to_vec()];
        if self.random.chance(0.4) {
            // one of the three must keep the shape
            let kept = self.random.below(3);
            for (at, other) in shapes.iter_mut().enumerate() {
                if at != kept && self.random.chance(0.6) {
                    other.clear();
                }
            }
        }
        let outside = std::mem::replace(&mut self.stopped, true);
        let mask = self.mask(&shapes[0], stage, depth);
        self.stopped = outside;
        let (first, second) = (self.real(&shapes[1], stage, depth), self.real(&shapes[2], stage, depth));
        let range = first.range.or(second.range);
        Value::new(Tree::call("select", [mask, first.tree, second.tree]), shape, range)
    }
}
