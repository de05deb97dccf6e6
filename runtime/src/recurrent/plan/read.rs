//! Plans from the text that `recurrent!` writes. This is what the text looks like, a line for each part in this order:
//!
//! ```text
//! cell Mixer: D, H                       the name, and dimensions: those of the header, then those of contexts
//! parameter w, u: [H, D]                 leaves with their shapes: `buffer`, `input`, `context` and `state` likewise
//! parameter b: [H]?                      one that may be absent
//! hyper rate
//! output: [H] = state 0                  the next value of a state
//! output gate: [2*H+1]                   any other, with a label
//! region 0: all [3*H]                    a value and the width of a row; `once`, `example`, `step`, `saved`
//! region 1..3: parameter 0..2            several regions, which hold leaves, whose width is known; `d parameter` holds
//!                                        their adjoints
//! region 3: size H
//! weights 0 [D, 2*H]: 1^T as [D, H] at [0, 0], 2^T as [D, H] at [0, H]
//!                                        blocks: what they hold, turned or not, their shape and their corner
//! kernel 0: 8 operations, 1 transcendentals `h` `a * tanh(b)`
//!                                        a loop: its outputs, then what else has a name
//! forward all                            a stage, to which the next instructions belong; `backward step` and so on
//! product 0: 4 -> 0[..2*H] `w @ x`       with weights 0, of region 4 into the first columns of region 0
//! product 0: 4, 5 +> 0[H..+2*H]          of both side by side, added to 2*H columns from column H on
//! run 0 [H]: 7; 0[..H], 5 -> 6           a loop over H elements; the scalar 7 is read once for each row
//! sum [K]: 0 -> 1                        of each K neighbours; `min`, `max`
//! copy: 0 -> 1                           `diag`, `diagonal`
//! fill 0.5 -> 1
//! stretch [K]: 0 -> 1
//! outer: 0, 1 -> 2
//! transpose [H, D]: 0 -> 1
//! identity [H] -> 1
//! matmul [H, K, 1]: 0^T, 1 -> 2          the sizes after the transposes
//! total sum: 0 -> 1
//! total product: 0, 1 -> 2, 3 `d w` `d u`
//! ```
//!
//! A size is a sum of products of numbers and dimensions, without spaces. What is no name stands between backticks, where
//! a backslash takes away the meaning of a backtick or a backslash. Each kind of part is numbered from 0.

mod instructions;
mod line;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Block, Builder, Frequency, Leaf, Plan, Rows, SizeId, Source};
use crate::recurrent::plan::build::Columns;
use line::{Expected, Line, Read};

/// A plan as text, which is read once.
#[derive(Debug)]
pub struct PlanText {
    lines: &'static [&'static str],
    plan: OnceLock<Plan>,
}

impl PlanText {
    /// The lines of a plan.
    #[must_use]
    pub const fn new(lines: &'static [&'static str]) -> Self {
        Self { lines, plan: OnceLock::new() }
    }

    /// What the lines say.
    ///
    /// # Panics
    ///
    /// When they were written by another version of the macro.
    pub fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| read(self.lines))
    }
}

/// The plan that these lines describe.
pub(super) fn read(lines: &[&'static str]) -> Plan {
    let (first, rest) = lines.split_first().expect("a plan begins with its cell");
    let mut reader = understood(1, first, Reader::cell);
    for (line, number) in rest.iter().zip(2..) {
        understood(number, line, |line| reader.part(line));
    }
    reader.plan.finish()
}

/// What `read` makes of a whole line.
fn understood<T>(number: usize, text: &'static str, read: impl FnOnce(&mut Line) -> Read<T>) -> T {
    let mut line = Line::new(text);
    match read(&mut line).and_then(|part| line.end().map(|()| part)) {
        Ok(part) => part,
        Err(Expected(expected)) => panic!(
            "line {number} of a plan, `{text}`: expected {expected}, found `{}`: `recurve` and `recurve-macros` must have \
             the same version",
            line.rest()
        ),
    }
}

/// The coefficient of each product of dimensions.
type Polynomial = BTreeMap<Vec<usize>, usize>;

/// A plan while it is read.
struct Reader {
    plan: Builder,
    /// The number of each size by its text, and by what it is.
    texts: BTreeMap<&'static str, usize>,
    sizes: BTreeMap<Polynomial, usize>,
}

impl Reader {
    /// `cell Gru: D, H`
    fn cell(line: &mut Line) -> Read<Self> {
        line.sign("cell")?;
        let (cell, dimensions) = (line.name()?, line.list_after(":", Line::name)?);
        Ok(Self { plan: Builder::new(cell, &dimensions), texts: BTreeMap::new(), sizes: BTreeMap::new() })
    }

    /// Any other line.
    fn part(&mut self, line: &mut Line) -> Read<()> {
        match line.word() {
            "parameter" => self.leaves(line, Builder::parameter),
            "buffer" => self.leaves(line, |plan, name, shape, _| plan.buffer(name, shape)),
            "input" => self.leaves(line, |plan, name, shape, _| plan.input(name, shape)),
            "context" => self.leaves(line, |plan, name, shape, _| plan.context(name, shape)),
            "state" => self.leaves(line, |plan, name, shape, _| plan.state(name, shape)),
            "hyper" => line.name().map(|name| self.plan.hyper(name)),
            "output" => self.output(line),
            "region" => self.regions(line),
            "weights" => self.weights(line),
            "kernel" => self.kernel(line),
            "forward" => frequency(line).map(|frequency| self.plan.forward(frequency)),
            "backward" => frequency(line).map(|frequency| self.plan.backward(frequency)),
            word => self.instruction(word, line),
        }
    }

    /// `w_r, w_z: [H, D]`, `b: [H]?`
    fn leaves(&mut self, line: &mut Line, mut add: impl FnMut(&mut Builder, &'static str, &[usize], bool)) -> Read<()> {
        let names = line.list(Line::name)?;
        line.sign(":")?;
        let (shape, optional) = (self.shape(line)?, line.take("?"));
        names.into_iter().for_each(|name| add(&mut self.plan, name, &shape, optional));
        Ok(())
    }

    /// `: [H] = state 0`, `gate: [H]`
    fn output(&mut self, line: &mut Line) -> Read<()> {
        let label = if line.begins(":") { None } else { Some(line.name()?) };
        line.sign(":")?;
        let shape = self.shape(line)?;
        let state = if line.take("=") { Some(line.sign("state").and_then(|()| line.number())?) } else { None };
        self.plan.output(label, &shape, state);
        Ok(())
    }

    /// `0: all [3*H]`, `1..3: parameter 0..2`
    fn regions(&mut self, line: &mut Line) -> Read<()> {
        let regions = line.range()?;
        if regions.start != self.plan.0.regions.len() {
            return Err(Expected("the number of the next region"));
        }
        line.sign(":")?;
        let sources = self.sources(line, regions.len())?;
        let given = if line.begins("[") { Some(self.sizes(line)?) } else { None };
        for source in sources {
            let width = match given {
                Some([width]) => width,
                None => self.width(source)?,
            };
            self.plan.region(source, width);
        }
        Ok(())
    }

    /// The number of elements of what a region holds.
    fn width(&mut self, source: Source) -> Read<usize> {
        let plan = &self.plan.0;
        let leaf = |leaves: &[Leaf], at: usize| leaves.get(at).map(|leaf| leaf.shape.clone());
        let shape = match source {
            Source::Value(_) => return Err(Expected("the width of a row")),
            Source::Hyper(_) | Source::Size(_) => Some(Vec::new()),
            Source::Parameter(at) | Source::ParameterAdjoint(at) => leaf(&plan.parameters, at),
            Source::Buffer(at) => leaf(&plan.buffers, at),
            Source::Input(at) | Source::InputAdjoint(at) => leaf(&plan.inputs, at),
            Source::Context(at) | Source::ContextAdjoint(at) => leaf(&plan.contexts, at),
            Source::Output(at) | Source::OutputAdjoint(at) => plan.outputs.get(at).map(|output| output.shape.clone()),
            Source::State(at) | Source::Next(at) | Source::StateAdjoint(at) | Source::NextAdjoint(at) => {
                leaf(&plan.states, at)
            }
        };
        let mut width = Polynomial::from([(Vec::new(), 1)]);
        for size in shape.ok_or(Expected("the number of a leaf before this"))? {
            width = times(&width, &self.plan.0.sizes[size.0].terms);
        }
        Ok(self.number(width))
    }

    fn sources(&mut self, line: &mut Line, count: usize) -> Read<Vec<Source>> {
        let adjoint = line.take("d ");
        let numbered: fn(usize) -> Source = match (adjoint, line.word()) {
            (false, "once") => return Ok(vec![Source::Value(Rows::Once); count]),
            (false, "example") => return Ok(vec![Source::Value(Rows::Example); count]),
            (false, "all") => return Ok(vec![Source::Value(Rows::All); count]),
            (false, "step") => return Ok(vec![Source::Value(Rows::UNSAVED); count]),
            (false, "saved") => return Ok(vec![Source::Value(Rows::SAVED); count]),
            (false, "size") => return Ok(vec![Source::Size(SizeId(self.size(line)?)); count]),
            (false, "parameter") => Source::Parameter,
            (false, "buffer") => Source::Buffer,
            (false, "hyper") => Source::Hyper,
            (false, "input") => Source::Input,
            (false, "context") => Source::Context,
            (false, "output") => Source::Output,
            (false, "state") => Source::State,
            (false, "next") => Source::Next,
            (true, "parameter") => Source::ParameterAdjoint,
            (true, "input") => Source::InputAdjoint,
            (true, "context") => Source::ContextAdjoint,
            (true, "output") => Source::OutputAdjoint,
            (true, "state") => Source::StateAdjoint,
            (true, "next") => Source::NextAdjoint,
            _ => return Err(Expected("what a region holds")),
        };
        let numbers = line.range()?;
        let fits = numbers.len() == count;
        fits.then(|| numbers.map(numbered).collect()).ok_or(Expected("as many numbers as regions"))
    }

    /// `0 [D, 2*H]: 1^T as [D, H] at [0, 0], 2 as [D, H] at [0, H]`
    fn weights(&mut self, line: &mut Line) -> Read<()> {
        line.next_of(self.plan.0.weights.len())?;
        let [rows, columns] = self.sizes(line)?;
        let blocks = line.list_after(":", |line| self.block(line))?;
        self.plan.weights(rows, columns, &blocks);
        Ok(())
    }

    fn block(&mut self, line: &mut Line) -> Read<Block> {
        let (value, transposed) = self.matrix(line)?;
        line.sign("as")?;
        let size = self.sizes(line)?;
        line.sign("at")?;
        Ok(Builder::block(value, transposed, self.sizes(line)?, size))
    }

    /// ``0: 8 operations, 1 transcendentals `h` ``
    fn kernel(&mut self, line: &mut Line) -> Read<()> {
        line.next_of(self.plan.0.kernels.len())?;
        line.sign(":")?;
        let operations = line.number()?;
        line.sign("operations,")?;
        let transcendentals = line.number()?;
        line.sign("transcendentals")?;
        self.plan.kernel(&line.texts()?, operations, transcendentals);
        Ok(())
    }

    /// `[H, 2*D+1]`
    fn shape(&mut self, line: &mut Line) -> Read<Vec<usize>> {
        line.sign("[")?;
        if line.take("]") {
            return Ok(Vec::new());
        }
        let sizes = line.list(|line| self.size(line))?;
        line.sign("]").map(|()| sizes)
    }

    /// The same with as many sizes as there must be.
    fn sizes<const N: usize>(&mut self, line: &mut Line) -> Read<[usize; N]> {
        let shape = self.shape(line)?;
        shape.try_into().map_err(|_| Expected("another number of sizes before this"))
    }

    /// The number of a size.
    fn size(&mut self, line: &mut Line) -> Read<usize> {
        let text = line.size();
        self.size_of(text)
    }

    fn size_of(&mut self, text: &'static str) -> Read<usize> {
        if let Some(known) = self.texts.get(text) {
            return Ok(*known);
        }
        let mut terms = Polynomial::new();
        for term in text.split('+') {
            let (count, factors) = self.term(term).ok_or(Expected("a size before this"))?;
            *terms.entry(factors).or_insert(0) += count;
        }
        let number = self.number(terms);
        self.texts.insert(text, number);
        Ok(number)
    }

    /// The number of a size, which may be new.
    fn number(&mut self, mut terms: Polynomial) -> usize {
        terms.retain(|_, count| *count > 0);
        if let Some(known) = self.sizes.get(&terms) {
            return *known;
        }
        // as one would write it: the number last
        let (number, products): (Vec<_>, Vec<_>) = terms.iter().partition(|(factors, _)| factors.is_empty());
        let in_order: Vec<(usize, &[usize])> =
            products.into_iter().chain(number).map(|(factors, count)| (*count, &factors[..])).collect();
        self.plan.size(&in_order);
        let next = self.sizes.len();
        self.sizes.insert(terms, next);
        next
    }

    /// The coefficient and the dimensions of `2*D*H`.
    fn term(&self, text: &str) -> Option<(usize, Vec<usize>)> {
        let (count, factors) = match text.split_once('*') {
            Some((first, others)) if first.parse::<usize>().is_ok() => (first.parse().ok()?, Some(others)),
            None if text.parse::<usize>().is_ok() => (text.parse().ok()?, None),
            _ => (1, Some(text)),
        };
        let dimension = |name: &str| self.plan.0.dimensions.iter().position(|known| *known == name);
        let factors = factors.into_iter().flat_map(|factors| factors.split('*'));
        Some((count, factors.map(dimension).collect::<Option<_>>()?))
    }

    /// `4`, `4[..H]`, `4[2*H..+H]`
    fn view(&mut self, line: &mut Line) -> Read<Columns> {
        let region = line.number()?;
        let width = self.plan.0.regions.get(region).ok_or(Expected("a region before this"))?.width;
        if !line.take("[") {
            return Ok((region, self.size_of("0")?, width.0));
        }
        let (start, sign) = if line.begins("..") { (self.size_of("0")?, "..") } else { (self.size(line)?, "..+") };
        line.sign(sign)?;
        let length = self.size(line)?;
        line.sign("]").map(|()| (region, start, length))
    }

    /// Any number of views.
    fn views(&mut self, line: &mut Line) -> Read<Vec<Columns>> {
        if line.begins_with_digit() { line.list(|line| self.view(line)) } else { Ok(Vec::new()) }
    }

    /// `4`, or transposed `4^T`.
    fn matrix(&mut self, line: &mut Line) -> Read<(Columns, bool)> {
        let value = self.view(line)?;
        Ok((value, line.take("^T")))
    }
}

fn times(left: &Polynomial, right: &[(usize, Vec<usize>)]) -> Polynomial {
    let mut product = Polynomial::new();
    for (first, count) in left {
        for (other_count, others) in right {
            let mut factors = [&first[..], others].concat();
            factors.sort_unstable();
            *product.entry(factors).or_insert(0) += count.saturating_mul(*other_count);
        }
    }
    product
}

fn frequency(line: &mut Line) -> Read<Frequency> {
    match line.word() {
        "once" => Ok(Frequency::Once),
        "example" => Ok(Frequency::Example),
        "all" => Ok(Frequency::All),
        "step" => Ok(Frequency::Step),
        _ => Err(Expected("how often a stage runs")),
    }
}
