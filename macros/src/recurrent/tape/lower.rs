//! From values of one example to tensors with a batch axis.

use super::{Call, Instruction, Kind, Program, Real, Register, Value, prune};
use crate::recurrent::typed::{Cell, Element, Node, NodeId, Op, Shape, Stage};
use std::collections::BTreeMap;

/// Puts the batch in front of every value that differs between examples.
pub(crate) fn lower(cell: &Cell) -> Program {
    let roots: Vec<NodeId> = cell.next.iter().copied().chain(cell.outputs.iter().map(|output| output.value)).collect();
    let mut lowering = Lowering::of(cell, &roots);
    let next: Vec<Register> = cell.next.iter().map(|&id| lowering.root(id)).collect();
    for (state, &register) in cell.states.iter().zip(&next) {
        lowering.name(register, &state.name);
    }
    let outputs = cell.outputs.iter().map(|output| lowering.root(output.value)).collect();
    prune::prune(Program { instructions: lowering.instructions, next, outputs })
}

/// The instructions so far.
pub(super) struct Lowering<'a> {
    pub(super) cell: &'a Cell,
    pub(super) instructions: Vec<Instruction>,
    /// Equal calls give equal results, so each is made once.
    known: BTreeMap<Call, Register>,
    /// By node.
    values: Vec<Option<Register>>,
}

impl<'a> Lowering<'a> {
    /// Lowers all that these nodes need.
    pub(super) fn of(cell: &'a Cell, roots: &[NodeId]) -> Self {
        let values = vec![None; cell.nodes.len()];
        let mut lowering = Self { cell, instructions: Vec::new(), known: BTreeMap::new(), values };
        for (at, needed) in needed(cell, roots).into_iter().enumerate() {
            if needed {
                let register = lowering.node(&cell.nodes[at]);
                lowering.values[at] = Some(register);
            }
        }
        lowering
    }

    /// What a node became.
    pub(super) fn get(&self, id: NodeId) -> Register {
        self.values[id.0 as usize].unwrap_or_else(|| unreachable!("operands stand before the operation"))
    }

    pub(super) fn value(&self, register: Register) -> Value {
        self.instructions[register.index()].value
    }

    pub(super) fn call_of(&self, register: Register) -> &Call {
        &self.instructions[register.index()].call
    }

    pub(super) fn push(&mut self, call: Call, value: Value) -> Register {
        if let Some(&register) = self.known.get(&call) {
            return register;
        }
        let at = u32::try_from(self.instructions.len()).unwrap_or_else(|_| unreachable!("nodes fit into 32 bits"));
        self.known.insert(call.clone(), Register(at));
        self.instructions.push(Instruction { call, value, hint: None });
        Register(at)
    }

    fn number(&mut self, call: Call) -> Register {
        self.push(call, Value::NUMBER)
    }

    pub(super) fn literal(&mut self, value: f64) -> Register {
        self.number(Call::Number(Real::new(value)))
    }

    /// The number in a register, if it is known now.
    pub(super) fn known_number(&self, register: Register) -> Option<f64> {
        match self.call_of(register) {
            Call::Number(value) => Some(value.value()),
            _ => None,
        }
    }

    /// A call on one tensor, or on one number, that keeps the shape.
    fn alike(&mut self, a: Register, call: impl FnOnce(Register) -> Call) -> Register {
        let a = self.present(a);
        let value = self.value(a);
        self.push(call(a), value)
    }

    fn node(&mut self, node: &Node) -> Register {
        let rank = node.ty.shape.len();
        match &node.op {
            Op::Number(value) => self.literal(*value),
            Op::Size(dim) => match dim.as_number() {
                #[allow(clippy::cast_precision_loss)] // sizes of this magnitude do not exist
                Some(number) => self.literal(number as f64),
                None => self.number(Call::Size(dim.clone())),
            },
            Op::Hyper(at) => self.number(Call::Hyper(*at)),
            Op::Parameter(at) => self.parameter(*at),
            Op::Buffer(at) => self.push(Call::Buffer(*at), Value::parameter(rank)),
            Op::Input(at) => self.push(Call::Input(*at), Value::example(rank)),
            Op::Context(at) => self.push(Call::Context(*at), Value::example(rank)),
            Op::State(at) => self.push(Call::State(*at), Value::example(rank)),
            Op::Next(at) => self.get(self.cell.next[*at]),
            Op::Local(at) => {
                let local = &self.cell.locals[*at];
                let register = self.get(local.value);
                self.name(register, &local.name);
                register
            }
            Op::Identity(dim) => self.push(Call::Identity(dim.clone()), Value::parameter(2)),
            op => self.operation(op, node),
        }
    }

    /// An operation on the values of other nodes.
    fn operation(&mut self, op: &Op, node: &Node) -> Register {
        match op {
            Op::Unary(unary, a) => self.unary(*unary, self.get(*a)),
            Op::Binary(binary, a, b) => self.binary(*binary, self.get(*a), self.get(*b)),
            Op::Clamp { value, low, high } => {
                let (low, high) = (self.get(*low), self.get(*high));
                self.alike(self.get(*value), |value| Call::Clamp { value, low, high })
            }
            Op::Elu { value, alpha } => {
                let alpha = self.get(*alpha);
                self.alike(self.get(*value), |value| Call::Elu { value, alpha })
            }
            Op::LeakyRelu { value, slope } => {
                let slope = self.get(*slope);
                self.alike(self.get(*value), |value| Call::LeakyRelu { value, slope })
            }
            Op::LayerNorm { value, epsilon } => {
                let epsilon = self.get(*epsilon);
                self.alike(self.get(*value), |value| Call::LayerNorm { value, epsilon })
            }
            Op::Compare(comparison, a, b) => {
                let ([a, b], value) = self.aligned([self.get(*a), self.get(*b)]);
                self.push(Call::Compare(*comparison, a, b), Value { kind: Kind::Mask, ..value })
            }
            Op::And(a, b) => {
                let ([a, b], value) = self.aligned([self.get(*a), self.get(*b)]);
                self.push(Call::And(a, b), value)
            }
            Op::Or(a, b) => {
                let ([a, b], value) = self.aligned([self.get(*a), self.get(*b)]);
                self.push(Call::Or(a, b), value)
            }
            Op::Not(a) => self.alike(self.get(*a), Call::Not),
            Op::Select { mask, first, second } => {
                let operands = [self.get(*mask), self.get(*first), self.get(*second)];
                let ([mask, first, second], value) = self.aligned(operands);
                let kind = self.value(first).kind;
                self.push(Call::Select { mask, first, second }, Value { kind, ..value })
            }
            Op::StopGradient(a) if self.value(self.get(*a)).kind == Kind::Number => self.get(*a),
            Op::StopGradient(a) => self.alike(self.get(*a), Call::Detach),
            Op::Normalise(normalisation, a) => self.alike(self.get(*a), |a| Call::Normalise(*normalisation, a)),
            Op::Concat(parts) => self.concat(parts),
            op => self.shaped(op, node.ty.shape.len()),
        }
    }

    /// An operation that makes another shape of the shapes that it reads.
    fn shaped(&mut self, op: &Op, rank: usize) -> Register {
        match op {
            Op::MatMul(a, b) => self.matmul(self.get(*a), self.get(*b)),
            Op::Dot(a, b) => self.vectors(self.get(*a), self.get(*b), Call::Dot, rank),
            Op::Outer(a, b) => self.vectors(self.get(*a), self.get(*b), Call::Outer, rank),
            Op::Transpose(a) => self.reshaped(self.get(*a), Call::Transpose, rank),
            Op::Diag(a) => self.reshaped(self.get(*a), Call::Diag, rank),
            Op::Reduce(reduction, a) => self.reshaped(self.get(*a), |a| Call::Reduce(*reduction, a), rank),
            Op::Slice { value, start, length } => {
                let call = |value| Call::Slice { value, start: start.clone(), length: length.clone() };
                self.reshaped(self.get(*value), call, rank)
            }
            Op::Number(_)
            | Op::Size(_)
            | Op::Hyper(_)
            | Op::Parameter(_)
            | Op::Buffer(_)
            | Op::Input(_)
            | Op::Context(_)
            | Op::State(_)
            | Op::Next(_)
            | Op::Local(_)
            | Op::Identity(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Clamp { .. }
            | Op::Elu { .. }
            | Op::LeakyRelu { .. }
            | Op::LayerNorm { .. }
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::Select { .. }
            | Op::StopGradient(_)
            | Op::Normalise(..)
            | Op::Concat(_) => unreachable!("operations that keep their shape are lowered before"),
        }
    }

    fn reshaped(&mut self, a: Register, call: impl FnOnce(Register) -> Call, rank: usize) -> Register {
        let a = self.present(a);
        let value = Value { rank, ..self.value(a) };
        self.push(call(a), value)
    }

    fn vectors(
        &mut self,
        a: Register,
        b: Register,
        call: impl FnOnce(Register, Register) -> Call,
        rank: usize,
    ) -> Register {
        let (a, b) = (self.present(a), self.present(b));
        let batched = self.value(a).batched || self.value(b).batched;
        self.push(call(a, b), Value { kind: Kind::Real, batched, rank })
    }

    fn parameter(&mut self, at: usize) -> Register {
        let parameter = &self.cell.parameters[at];
        let value = Value::parameter(parameter.shape.len());
        match parameter.optional {
            true => self.push(Call::Optional(at), Value { kind: Kind::Optional, ..value }),
            false => self.push(Call::Parameter(at), value),
        }
    }

    /// Calls a result by the user's name, unless it has one.
    fn name(&mut self, register: Register, name: &str) {
        let instruction = &mut self.instructions[register.index()];
        let leaf = matches!(
            instruction.call,
            Call::Number(_)
                | Call::Size(_)
                | Call::Hyper(_)
                | Call::Parameter(_)
                | Call::Optional(_)
                | Call::Buffer(_)
                | Call::Input(_)
                | Call::Context(_)
                | Call::State(_)
        );
        if !leaf && instruction.hint.is_none() {
            instruction.hint = Some(name.to_owned());
        }
    }

    /// A node as a next state or an output: one for each example.
    fn root(&mut self, id: NodeId) -> Register {
        let ty = &self.cell.node(id).ty;
        debug_assert!(ty.element == Element::Real, "masks do not leave a step");
        let register = self.get(id);
        let register = self.stretched(register, &ty.shape);
        debug_assert!(ty.stage != Stage::Example || self.value(register).batched);
        register
    }

    /// The same value with a batch axis.
    pub(super) fn stretched(&mut self, register: Register, shape: &Shape) -> Register {
        let register = self.tensor(register);
        let value = self.value(register);
        if value.batched {
            return register;
        }
        self.push(Call::Stretch(register, shape.clone()), Value { batched: true, rank: shape.len(), ..value })
    }
}

/// Which nodes the roots need.
fn needed(cell: &Cell, roots: &[NodeId]) -> Vec<bool> {
    let mut needed = vec![false; cell.nodes.len()];
    for root in roots {
        needed[root.0 as usize] = true;
    }
    for at in (0..cell.nodes.len()).rev() {
        if needed[at] {
            let op = &cell.nodes[at].op;
            let through = match op {
                Op::Next(state) => Some(cell.next[*state]),
                Op::Local(local) => Some(cell.locals[*local].value),
                _ => None,
            };
            for operand in op.operands().into_iter().chain(through) {
                needed[operand.0 as usize] = true;
            }
        }
    }
    needed
}
