//! Plans with one mistake each.

use crate::machine::outs;
use crate::recurrent::ir::{Dim, Op, Real, Reduction};
use crate::recurrent::plan::{Instruction, Plan, Rows, Source, View};

/// What is wrong with a plan.
pub(crate) struct Mistake {
    pub(crate) what: &'static str,
    change: Box<dyn Fn(&mut Plan)>,
}

impl Mistake {
    /// The plan with the mistake.
    pub(crate) fn of(&self, plan: &Plan) -> Plan {
        let mut plan = plan.clone();
        (self.change)(&mut plan);
        plan
    }
}

/// Every kind of mistake.
pub(crate) const KINDS: [&str; 27] = [
    "a block transposed",
    "a block less",
    "blocks swapped",
    "a block elsewhere",
    "other rows",
    "sources swapped",
    "an output that is no state",
    "an output that is another state",
    "another number",
    "a value that is zero",
    "an instruction less",
    "another order",
    "a later stage",
    "an earlier stage",
    "another operand",
    "operands swapped",
    "results swapped",
    "accumulated or not",
    "another reduction",
    "another filling",
    "a factor transposed",
    "a copy elsewhere",
    "another length",
    "factors swapped",
    "a transpose of another shape",
    "a diagonal elsewhere",
    "an identity elsewhere",
];

/// All mistakes that a plan may have, one at a time.
pub(crate) fn mistakes(plan: &Plan) -> Vec<Mistake> {
    let mut wrong = Wrong { plan, found: Vec::new() };
    wrong.weights();
    wrong.regions();
    wrong.results();
    wrong.kernels();
    for pass in 0..2 {
        for stage in 0..stages(plan, pass).len() {
            wrong.order(pass, stage);
            for at in 0..stages(plan, pass)[stage].instructions.len() {
                wrong.operands(pass, stage, at);
                wrong.written(pass, stage, at);
                wrong.settings(pass, stage, at);
            }
        }
    }
    wrong.found
}

struct Wrong<'a> {
    plan: &'a Plan,
    found: Vec<Mistake>,
}

impl Wrong<'_> {
    fn add(&mut self, what: &'static str, change: impl Fn(&mut Plan) + 'static) {
        assert!(KINDS.contains(&what), "`{what}` is no kind of mistake");
        self.found.push(Mistake { what, change: Box::new(change) });
    }

    fn weights(&mut self) {
        for (at, weights) in self.plan.weights.iter().enumerate() {
            for (block, this) in weights.blocks.iter().enumerate() {
                self.add("a block transposed", move |plan| plan.weights[at].blocks[block].transposed ^= true);
                self.add("a block less", move |plan| drop(plan.weights[at].blocks.remove(block)));
                for (other, that) in weights.blocks.iter().enumerate().take(block) {
                    if (&this.rows, &this.columns) == (&that.rows, &that.columns) {
                        let (this, that) = (this.value.clone(), that.value.clone());
                        self.add("blocks swapped", move |plan| {
                            plan.weights[at].blocks[block].value = that.clone();
                            plan.weights[at].blocks[other].value = this.clone();
                        });
                    }
                    let (row, column) = (that.row.clone(), that.column.clone());
                    self.add("a block elsewhere", move |plan| plan.weights[at].blocks[block].column = column.clone());
                    self.add("a block elsewhere", move |plan| plan.weights[at].blocks[block].row = row.clone());
                }
            }
        }
    }

    fn regions(&mut self) {
        for (at, region) in self.plan.regions.iter().enumerate() {
            let sources = match &region.source {
                Source::Value(Rows::Step { saved: true }) => vec![Source::Value(Rows::Step { saved: false })],
                Source::Value(Rows::All) => vec![Source::Value(Rows::Step { saved: false })],
                Source::Value(Rows::Example) => vec![Source::Value(Rows::Once)],
                Source::State(state) => vec![Source::Next(*state)],
                Source::NextAdjoint(state) => vec![Source::StateAdjoint(*state)],
                _ => Vec::new(),
            };
            for source in sources {
                self.add("other rows", move |plan| plan.regions[at].source = source.clone());
            }
            for (other, that) in self.plan.regions.iter().enumerate().take(at) {
                let (this, that) = (region.source.clone(), that.source.clone());
                let same = std::mem::discriminant(&this) == std::mem::discriminant(&that);
                if same && region.width == self.plan.regions[other].width && !matches!(this, Source::Value(_)) {
                    self.add("sources swapped", move |plan| {
                        plan.regions[at].source = that.clone();
                        plan.regions[other].source = this.clone();
                    });
                }
            }
        }
    }

    fn results(&mut self) {
        for (at, state) in self.plan.outputs.iter().enumerate() {
            if let Some(state) = state {
                self.add("an output that is no state", move |plan| plan.outputs[at] = None);
                if let Some(other) = state.checked_sub(1) {
                    self.add("an output that is another state", move |plan| plan.outputs[at] = Some(other));
                }
            }
        }
    }

    fn kernels(&mut self) {
        for (at, kernel) in self.plan.kernels.iter().enumerate() {
            for id in kernel.body.ids() {
                match &kernel.body.node(id).op {
                    Op::Number(value) => {
                        let other = Op::number(value.value() + 1.0);
                        self.add("another number", move |plan| {
                            plan.kernels[at].body.nodes[id.index()].op = other.clone()
                        });
                    }
                    Op::Input(_) => {}
                    _ => self.add("a value that is zero", move |plan| {
                        plan.kernels[at].body.nodes[id.index()].op = Op::number(0.0)
                    }),
                }
            }
        }
    }

    fn order(&mut self, pass: usize, stage: usize) {
        let count = stages(self.plan, pass)[stage].instructions.len();
        for at in 0..count {
            self.add("an instruction less", move |plan| drop(stages_mut(plan, pass)[stage].instructions.remove(at)));
            if at > 0 {
                self.add("another order", move |plan| stages_mut(plan, pass)[stage].instructions.swap(at - 1, at));
            }
            if stage + 1 < stages(self.plan, pass).len() {
                self.add("a later stage", move |plan| {
                    let instruction = stages_mut(plan, pass)[stage].instructions.remove(at);
                    stages_mut(plan, pass)[stage + 1].instructions.insert(0, instruction);
                });
            }
            if stage > 0 {
                self.add("an earlier stage", move |plan| {
                    let instruction = stages_mut(plan, pass)[stage].instructions.remove(at);
                    stages_mut(plan, pass)[stage - 1].instructions.push(instruction);
                });
            }
        }
    }

    fn operands(&mut self, pass: usize, stage: usize, at: usize) {
        let mut instruction = stages(self.plan, pass)[stage].instructions[at].clone();
        let count = operands_mut(&mut instruction).len();
        let others: Vec<View> = self.views(pass, stage);
        for operand in 0..count {
            let own = operands_mut(&mut instruction)[operand].clone();
            for other in others.iter().filter(|other| other.length == own.length && **other != own) {
                let other = other.clone();
                self.add("another operand", move |plan| {
                    *operands_mut(&mut stages_mut(plan, pass)[stage].instructions[at])[operand] = other.clone();
                });
            }
            for second in 0..operand {
                let other = operands_mut(&mut instruction)[second].clone();
                if other.length == own.length {
                    let own = own.clone();
                    self.add("operands swapped", move |plan| {
                        let mut operands = operands_mut(&mut stages_mut(plan, pass)[stage].instructions[at]);
                        *operands[operand] = other.clone();
                        *operands[second] = own.clone();
                    });
                }
            }
        }
    }

    /// All that the instructions of a stage read.
    fn views(&self, pass: usize, stage: usize) -> Vec<View> {
        let mut instructions = stages(self.plan, pass)[stage].instructions.clone();
        let mut views: Vec<View> = instructions.iter_mut().flat_map(operands_mut).map(|view| view.clone()).collect();
        views.dedup();
        views
    }

    fn written(&mut self, pass: usize, stage: usize, at: usize) {
        let instruction = &stages(self.plan, pass)[stage].instructions[at];
        let views: Vec<View> = outs(instruction).into_iter().cloned().collect();
        for first in 0..views.len() {
            for second in 0..first {
                if views[first].length == views[second].length {
                    let (this, that) = (views[first].clone(), views[second].clone());
                    self.add("results swapped", move |plan| {
                        let instruction = &mut stages_mut(plan, pass)[stage].instructions[at];
                        if let Instruction::Kernel { outputs: outs, .. } | Instruction::TotalProduct { outs, .. } =
                            instruction
                        {
                            outs[first] = that.clone();
                            outs[second] = this.clone();
                        }
                    });
                }
            }
        }
    }

    /// What an instruction says besides its operands.
    fn settings(&mut self, pass: usize, stage: usize, at: usize) {
        let plan = self.plan;
        let mut set = |what, change: Box<dyn Fn(&mut Instruction)>| {
            self.add(what, move |plan| change(&mut stages_mut(plan, pass)[stage].instructions[at]));
        };
        match stages(plan, pass)[stage].instructions[at].clone() {
            Instruction::Product { .. } | Instruction::TotalSum { .. } | Instruction::TotalProduct { .. } => {
                set("accumulated or not", Box::new(accumulate_or_not));
            }
            Instruction::Reduce { reduction, .. } => {
                let other = if reduction == Reduction::Max { Reduction::Min } else { Reduction::Max };
                set("another reduction", changed(move |reduction: &mut Reduction| *reduction = other, reduction_of));
                set("another length", changed(longer, length_of));
            }
            Instruction::Fill { value, .. } => {
                let Op::Number(other) = Op::number(value.value() + 1.0) else { return };
                set("another filling", changed(move |value: &mut Real| *value = other, filling_of));
            }
            Instruction::Stretch { .. } => set("another length", changed(longer, length_of)),
            Instruction::MatMul { .. } => {
                for factor in 0..2 {
                    set("a factor transposed", changed(move |flags: &mut [bool; 2]| flags[factor] ^= true, flags_of));
                }
            }
            Instruction::Outer { left, right, out } => {
                let swapped = Instruction::Outer { left: right, right: left, out };
                set("factors swapped", Box::new(move |instruction| *instruction = swapped.clone()));
            }
            Instruction::Transpose { value, rows, columns, out } => {
                let other = Instruction::Transpose { value, rows: columns, columns: rows, out };
                set("a transpose of another shape", Box::new(move |instruction| *instruction = other.clone()));
            }
            Instruction::Copy { .. } => set("a copy elsewhere", changed(later, out_of)),
            Instruction::Diag { .. } | Instruction::DiagonalOf { .. } => {
                set("a diagonal elsewhere", changed(later, out_of));
            }
            Instruction::Identity { .. } => set("an identity elsewhere", changed(later, out_of)),
            // what it does is a plan of its own, see `kernels`
            Instruction::Kernel { .. } => {}
        }
    }
}

/// Changes a part of an instruction that has one.
fn changed<T: 'static>(
    change: impl Fn(&mut T) + 'static,
    part: fn(&mut Instruction) -> Option<&mut T>,
) -> Box<dyn Fn(&mut Instruction)> {
    Box::new(move |instruction| part(instruction).into_iter().for_each(&change))
}

fn accumulate_or_not(instruction: &mut Instruction) {
    match instruction {
        Instruction::Product { accumulate, .. }
        | Instruction::TotalSum { accumulate, .. }
        | Instruction::TotalProduct { accumulate, .. } => *accumulate ^= true,
        _ => {}
    }
}

fn longer(length: &mut Dim) {
    *length = length.clone().joined(&Dim::number(1));
}

fn later(out: &mut View) {
    out.start = out.start.clone().joined(&Dim::number(1));
}

fn reduction_of(instruction: &mut Instruction) -> Option<&mut Reduction> {
    match instruction {
        Instruction::Reduce { reduction, .. } => Some(reduction),
        _ => None,
    }
}

fn length_of(instruction: &mut Instruction) -> Option<&mut Dim> {
    match instruction {
        Instruction::Reduce { length, .. } | Instruction::Stretch { length, .. } => Some(length),
        _ => None,
    }
}

fn filling_of(instruction: &mut Instruction) -> Option<&mut Real> {
    match instruction {
        Instruction::Fill { value, .. } => Some(value),
        _ => None,
    }
}

fn flags_of(instruction: &mut Instruction) -> Option<&mut [bool; 2]> {
    match instruction {
        Instruction::MatMul { transposed, .. } => Some(transposed),
        _ => None,
    }
}

fn out_of(instruction: &mut Instruction) -> Option<&mut View> {
    match instruction {
        Instruction::Copy { out, .. }
        | Instruction::Diag { out, .. }
        | Instruction::DiagonalOf { out, .. }
        | Instruction::Identity { out, .. } => Some(out),
        _ => None,
    }
}

fn stages(plan: &Plan, pass: usize) -> &Vec<crate::recurrent::plan::Stage> {
    [&plan.forward, &plan.backward][pass]
}

fn stages_mut(plan: &mut Plan, pass: usize) -> &mut Vec<crate::recurrent::plan::Stage> {
    if pass == 0 { &mut plan.forward } else { &mut plan.backward }
}

fn operands_mut(instruction: &mut Instruction) -> Vec<&mut View> {
    match instruction {
        Instruction::Kernel { scalars, inputs, .. } => scalars.iter_mut().chain(inputs).collect(),
        Instruction::Product { left, .. } => left.iter_mut().collect(),
        Instruction::Reduce { value, .. }
        | Instruction::Copy { value, .. }
        | Instruction::Stretch { value, .. }
        | Instruction::Transpose { value, .. }
        | Instruction::Diag { value, .. }
        | Instruction::DiagonalOf { value, .. }
        | Instruction::TotalSum { value, .. } => vec![value],
        Instruction::Outer { left, right, .. }
        | Instruction::MatMul { left, right, .. }
        | Instruction::TotalProduct { left, right, .. } => vec![left, right],
        Instruction::Fill { .. } | Instruction::Identity { .. } => Vec::new(),
    }
}
