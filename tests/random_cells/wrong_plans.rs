//! Plans with one mistake each.

use crate::machine::outs;
use crate::recurrent::ir::{Dim, Op, Reduction};
use crate::recurrent::plan::{Instruction, Plan, Rows, Source, View};

/// All plans that differ in one thing, with what it is.
pub(crate) fn wrong_plans(plan: &Plan) -> Vec<(&'static str, Plan)> {
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
    found: Vec<(&'static str, Plan)>,
}

impl Wrong<'_> {
    fn add(&mut self, what: &'static str, change: impl FnOnce(&mut Plan)) {
        let mut plan = self.plan.clone();
        change(&mut plan);
        self.found.push((what, plan));
    }

    fn weights(&mut self) {
        for (at, weights) in self.plan.weights.iter().enumerate() {
            for (block, this) in weights.blocks.iter().enumerate() {
                self.add("a block transposed", |plan| plan.weights[at].blocks[block].transposed ^= true);
                self.add("a block less", |plan| drop(plan.weights[at].blocks.remove(block)));
                for (other, that) in weights.blocks.iter().enumerate().take(block) {
                    if (&this.rows, &this.columns) == (&that.rows, &that.columns) {
                        let (this, that) = (this.value.clone(), that.value.clone());
                        self.add("blocks swapped", |plan| {
                            plan.weights[at].blocks[block].value = that;
                            plan.weights[at].blocks[other].value = this;
                        });
                    }
                    let (row, column) = (that.row.clone(), that.column.clone());
                    self.add("a block elsewhere", |plan| plan.weights[at].blocks[block].column = column);
                    self.add("a block elsewhere", |plan| plan.weights[at].blocks[block].row = row);
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
                self.add("other rows", |plan| plan.regions[at].source = source);
            }
            for (other, that) in self.plan.regions.iter().enumerate().take(at) {
                let (this, that) = (region.source.clone(), that.source.clone());
                let same = std::mem::discriminant(&this) == std::mem::discriminant(&that);
                if same && region.width == self.plan.regions[other].width && !matches!(this, Source::Value(_)) {
                    self.add("sources swapped", |plan| {
                        plan.regions[at].source = that;
                        plan.regions[other].source = this;
                    });
                }
            }
        }
    }

    fn results(&mut self) {
        for (at, state) in self.plan.outputs.iter().enumerate() {
            if let Some(state) = state {
                self.add("an output that is no state", |plan| plan.outputs[at] = None);
                if *state > 0 {
                    self.add("an output that is another state", |plan| plan.outputs[at] = Some(state - 1));
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
                        self.add("another number", |plan| plan.kernels[at].body.nodes[id.index()].op = other);
                    }
                    Op::Input(_) => {}
                    _ => self.add("a value that is zero", |plan| {
                        plan.kernels[at].body.nodes[id.index()].op = Op::number(0.0)
                    }),
                }
            }
        }
    }

    fn order(&mut self, pass: usize, stage: usize) {
        let count = stages(self.plan, pass)[stage].instructions.len();
        for at in 0..count {
            self.add("an instruction less", |plan| drop(stages_mut(plan, pass)[stage].instructions.remove(at)));
            if at > 0 {
                self.add("another order", |plan| stages_mut(plan, pass)[stage].instructions.swap(at - 1, at));
            }
            if stage + 1 < stages(self.plan, pass).len() {
                self.add("a later stage", |plan| {
                    let instruction = stages_mut(plan, pass)[stage].instructions.remove(at);
                    stages_mut(plan, pass)[stage + 1].instructions.insert(0, instruction);
                });
            }
            if stage > 0 {
                self.add("an earlier stage", |plan| {
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
                self.add("another operand", |plan| {
                    *operands_mut(&mut stages_mut(plan, pass)[stage].instructions[at])[operand] = other.clone();
                });
            }
            for second in 0..operand {
                let other = operands_mut(&mut instruction)[second].clone();
                if other.length == own.length {
                    self.add("operands swapped", |plan| {
                        let mut operands = operands_mut(&mut stages_mut(plan, pass)[stage].instructions[at]);
                        *operands[operand] = other;
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
                    self.add("results swapped", |plan| {
                        let instruction = &mut stages_mut(plan, pass)[stage].instructions[at];
                        if let Instruction::Kernel { outputs: outs, .. } | Instruction::TotalProduct { outs, .. } =
                            instruction
                        {
                            outs[first] = that;
                            outs[second] = this;
                        }
                    });
                }
            }
        }
    }

    fn settings(&mut self, pass: usize, stage: usize, at: usize) {
        let plan = self.plan;
        let mut set = |what, change: &dyn Fn(&mut Instruction)| {
            self.add(what, |plan| change(&mut stages_mut(plan, pass)[stage].instructions[at]));
        };
        match &stages(plan, pass)[stage].instructions[at] {
            Instruction::Product { .. } | Instruction::TotalSum { .. } | Instruction::TotalProduct { .. } => {
                set("accumulated or not", &|instruction| match instruction {
                    Instruction::Product { accumulate, .. }
                    | Instruction::TotalSum { accumulate, .. }
                    | Instruction::TotalProduct { accumulate, .. } => *accumulate ^= true,
                    _ => {}
                });
            }
            Instruction::Reduce { .. } => set("another reduction", &|instruction| {
                if let Instruction::Reduce { reduction, .. } = instruction {
                    *reduction = if *reduction == Reduction::Max { Reduction::Min } else { Reduction::Max };
                }
            }),
            Instruction::Fill { value, .. } => {
                let Op::Number(other) = Op::number(value.value() + 1.0) else { return };
                set("another filling", &|instruction| {
                    if let Instruction::Fill { value, .. } = instruction {
                        *value = other;
                    }
                });
            }
            Instruction::MatMul { .. } => {
                for factor in 0..2 {
                    set("a factor transposed", &|instruction| {
                        if let Instruction::MatMul { transposed, .. } = instruction {
                            transposed[factor] ^= true;
                        }
                    });
                }
            }
            Instruction::Copy { .. } => set("a copy elsewhere", &|instruction| {
                if let Instruction::Copy { out, .. } = instruction {
                    out.start = out.start.clone().joined(&Dim::number(1));
                }
            }),
            _ => {}
        }
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
