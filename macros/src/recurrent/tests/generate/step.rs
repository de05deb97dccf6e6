//! The statements, the tail, and the rule that everything must reach an output.

use super::range::Range;
use super::tree::Tree;
use super::value::Value;
use super::written::{Declaration, Statement, Written, WrittenOutput};
use super::{Builder, Known};
use crate::recurrent::typed::{Dim, Stage};
use std::collections::BTreeSet;

impl Builder {
    pub(super) fn cell(&mut self, name: &str) -> Written {
        self.dimensions();
        self.hypers();
        self.states();
        self.contexts();
        let inputs = self.step_inputs();
        self.write_helpers();
        let mut statements = self.statements();
        let (outputs, mut tails) = self.outputs();
        self.use_every_dimension(&inputs, &outputs);
        self.call_every_helper(&mut statements, &tails);
        self.read_every_state(&mut statements, &tails);
        self.fold_the_rest(&statements, &mut tails);
        let mut trees: Vec<Tree> = tails.into_iter().map(|value| value.tree).collect();
        let tail = if trees.len() == 1 { trees.remove(0) } else { Tree::Tuple(trees) };
        let header = self.dimensions.iter();
        let header = header.filter_map(|dimension| Some((dimension.argument?, dimension.name.clone()))).collect();
        let mut declarations = std::mem::take(&mut self.declarations);
        self.random.shuffle(&mut declarations);
        let declarations = self.joined(declarations);
        Written { name: name.to_owned(), header, declarations, inputs, outputs, statements, tail }
    }

    /// Parameters of one line, now and then.
    fn joined(&mut self, declarations: Vec<Declaration>) -> Vec<Declaration> {
        let mut all: Vec<Declaration> = Vec::new();
        for declaration in declarations {
            if let Declaration::Members { keyword, names, shape, optional, .. } = &declaration
                && let Some(Declaration::Members { keyword: k, names: before, shape: s, optional: o, .. }) =
                    all.last_mut()
                && (*k == *keyword && s == shape && o == optional)
            {
                before.extend(names.iter().cloned());
            } else {
                all.push(declaration);
            }
        }
        all
    }

    /// Lets and one assignment for each state, in any order.
    fn statements(&mut self) -> Vec<Statement> {
        let states: Vec<String> = self.names_of_states();
        let mut plan: Vec<Option<String>> = states.into_iter().map(Some).collect();
        plan.extend(std::iter::repeat_n(None, self.random.below(6)));
        self.random.shuffle(&mut plan);
        let write = |state: Option<String>| match state {
            Some(state) => self.assignment(&state),
            None => self.binding(),
        };
        plan.into_iter().map(write).collect()
    }

    fn names_of_states(&self) -> Vec<String> {
        let name = |declaration: &Declaration| match declaration {
            Declaration::State { name, .. } => Some(name.clone()),
            _ => None,
        };
        self.declarations.iter().filter_map(name).collect()
    }

    fn assignment(&mut self, state: &str) -> Statement {
        let known = self.known(state);
        let value = self.real(&known.shape, Stage::Example, 3);
        let mut value = self.tamed(value, 2.0);
        // a state that stays what it is would be refused
        while value.tree == Tree::name(state) {
            value = self.squashed(value);
        }
        Statement::Assign { name: state.to_owned(), value: value.tree }
    }

    fn known(&self, name: &str) -> Known {
        let all = self.declared.iter().chain(&self.inputs).chain(&self.locals);
        let found = all.into_iter().find(|known| known.name == name);
        found.unwrap_or_else(|| unreachable!("`{name}` was declared")).clone()
    }

    fn binding(&mut self) -> Statement {
        match self.random.below(10) {
            0 | 1 => self.split(),
            2 => self.mask_binding(),
            3 => self.helper_binding().unwrap_or_else(|| self.real_binding()),
            _ => self.real_binding(),
        }
    }

    fn real_binding(&mut self) -> Statement {
        let shape = match self.random.below(10) {
            0 | 1 => Vec::new(),
            2 | 3 => vec![self.axis(), self.axis()],
            _ => vec![self.any_axis(Stage::Example)],
        };
        let stage = if shape.len() == 2 && self.random.chance(0.4) { Stage::Parameter } else { Stage::Example };
        let value = self.real(&shape, stage, 3);
        let value = self.tamed(value, 10.0);
        let annotation = self.random.chance(0.3).then(|| self.shape_trees(&shape));
        let name = self.local(&shape, stage, &value);
        Statement::Let { name, shape: annotation, value: value.tree }
    }

    fn local(&mut self, shape: &[Dim], stage: Stage, value: &Value) -> String {
        self.counts.locals += 1;
        let name = format!("v{}", self.counts.locals);
        self.locals.push(Known::real(name.clone(), shape, stage, value.range));
        name
    }

    fn mask_binding(&mut self) -> Statement {
        let shape = self.small_shape();
        let mask = self.mask(&shape, Stage::Example, 2);
        let value = Value::new(mask, &shape, Range::new(0.0, 1.0));
        let name = self.local(&shape, Stage::Example, &value);
        self.locals.iter_mut().filter(|known| known.name == name).for_each(|known| known.is_mask = true);
        Statement::Let { name, shape: None, value: value.tree }
    }

    /// `let (i, f) = split(v, 2);`
    fn split(&mut self) -> Statement {
        let part = self.axis();
        let count = self.random.between(2, 4);
        let whole = super::axes::times(count as u64, &part);
        let vector = self.real(std::slice::from_ref(&whole), Stage::Example, 2);
        let vector = self.tamed(vector, 10.0);
        let names = (0..count).map(|_| self.local(std::slice::from_ref(&part), Stage::Example, &vector)).collect();
        Statement::LetTuple { names, value: Tree::call("split", [vector.tree, Tree::Whole(count as u64)]) }
    }

    fn helper_binding(&mut self) -> Option<Statement> {
        if self.helpers.is_empty() {
            return None;
        }
        let at = self.random.below(self.helpers.len());
        Some(self.binding_of(at))
    }

    /// A call of a helper as a statement of its own.
    fn binding_of(&mut self, at: usize) -> Statement {
        let helper = self.helpers[at].clone();
        let (call, results) = self.call_anyhow(&helper);
        let name = |(shape, range): (Vec<Dim>, Range)| {
            let value = Value::new(call.clone(), &shape, range);
            self.local(&shape, Stage::Example, &value)
        };
        let mut names: Vec<String> = results.into_iter().map(name).collect();
        match names.len() {
            1 => Statement::Let { name: names.remove(0), shape: None, value: call },
            _ => Statement::LetTuple { names, value: call },
        }
    }

    fn outputs(&mut self) -> (Vec<WrittenOutput>, Vec<Value>) {
        let count = *self.random.pick(&[1, 1, 1, 2, 3]);
        let labelled = self.random.chance(0.4);
        let mut outputs = Vec::new();
        let mut values = Vec::new();
        for at in 0..count {
            let shape = self.small_shape();
            let value = self.real(&shape, Stage::Example, 2);
            values.push(self.tamed(value, 10.0));
            outputs.push((labelled.then(|| format!("y{at}")), self.shape_trees(&shape)));
        }
        (outputs, values)
    }

    /// A parameter for each dimension of the header that stands in no shape.
    fn use_every_dimension(&mut self, inputs: &[(String, Vec<Tree>)], outputs: &[WrittenOutput]) {
        let mut used = BTreeSet::new();
        let mut see =
            |trees: &[Tree]| trees.iter().for_each(|tree| tree.names(&mut |name| used.extend([name.to_owned()])));
        inputs.iter().for_each(|(_, shape)| see(shape));
        outputs.iter().for_each(|(_, shape)| see(shape));
        for declaration in &self.declarations {
            match declaration {
                Declaration::Members { shape, .. } | Declaration::State { shape, .. } => see(shape),
                Declaration::Hyper { .. } | Declaration::Context { .. } | Declaration::Helper { .. } => {}
            }
        }
        for at in 0..self.dimensions.len() {
            if self.dimensions[at].argument.is_some() && !used.contains(&self.dimensions[at].name) {
                self.declare_array(&[Dim::dimension(at)]);
            }
        }
    }

    fn call_every_helper(&mut self, statements: &mut Vec<Statement>, tails: &[Value]) {
        // later helpers may call earlier ones
        for at in (0..self.helpers.len()).rev() {
            if !self.live(statements, tails).contains(&self.helpers[at].name) {
                statements.push(self.binding_of(at));
                // it will be folded, and so will what it reads
            }
        }
    }

    /// Adds the old value to the next one where nobody reads it.
    fn read_every_state(&mut self, statements: &mut [Statement], tails: &[Value]) {
        let live = self.live(statements, tails);
        for statement in statements.iter_mut() {
            let Statement::Assign { name, value } = statement else { continue };
            if !live.contains(name) {
                let known = self.known(name);
                let value = Value::new(value.clone(), &known.shape, known.range);
                let sum = self.folded(value, vec![known]);
                *statement = Statement::Assign { name: name.clone(), value: self.squashed(sum).tree };
            }
        }
    }

    /// Adds to the outputs what reaches none.
    fn fold_the_rest(&mut self, statements: &[Statement], tails: &mut [Value]) {
        let all: Vec<Known> = self.declared.iter().chain(&self.inputs).chain(&self.locals).cloned().collect();
        // the last first, for they may read the others
        for known in all.into_iter().rev() {
            let name =
                if self.names_of_states().contains(&known.name) { next(&known.name) } else { known.name.clone() };
            if !self.live(statements, tails).contains(&name) {
                let at = self.random.below(tails.len());
                tails[at] = self.folded(tails[at].clone(), vec![known]);
            }
        }
    }

    /// The names that reach an output over any number of steps; the next value of a state `s` is called `s'`.
    fn live(&self, statements: &[Statement], tails: &[Value]) -> BTreeSet<String> {
        let mut assigned = BTreeSet::new();
        let mut reads: Vec<(String, BTreeSet<String>)> = Vec::new();
        for statement in statements {
            match statement {
                Statement::Let { name, value, .. } => reads.push((name.clone(), self.reads(value, &assigned))),
                Statement::LetTuple { names, value } => {
                    for (at, name) in names.iter().enumerate() {
                        reads.push((name.clone(), self.reads_of_part(value, at, &assigned)));
                    }
                }
                Statement::Assign { name, value } => {
                    reads.push((next(name), self.reads(value, &assigned)));
                    reads.push((name.clone(), BTreeSet::from([next(name)])));
                    assigned.insert(name.clone());
                }
            }
        }
        let mut live: BTreeSet<String> = tails.iter().flat_map(|tail| self.reads(&tail.tree, &assigned)).collect();
        loop {
            let before = live.len();
            for (name, read) in &reads {
                if live.contains(name) {
                    live.extend(read.iter().cloned());
                }
            }
            if live.len() == before {
                return live;
            }
        }
    }

    /// What a formula reads, through the helpers that it calls.
    fn reads(&self, tree: &Tree, assigned: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        tree.names(&mut |name| {
            if let Some((_, body)) = self.helper(name) {
                all.extend(self.reads(body, assigned));
            }
            all.insert(if assigned.contains(name) { next(name) } else { name.to_owned() });
        });
        all
    }

    /// What one result of a helper reads; what `split` gives reads all of its argument.
    fn reads_of_part(&self, call: &Tree, at: usize, assigned: &BTreeSet<String>) -> BTreeSet<String> {
        let Tree::Call(name, values) = call else { unreachable!("calls give tuples") };
        let Some((arguments, Tree::Tuple(parts))) = self.helper(name) else { return self.reads(call, assigned) };
        let mut all = self.reads(&parts[at], assigned);
        for (argument, value) in arguments.iter().zip(values) {
            if all.remove(argument) {
                all.extend(self.reads(value, assigned));
            }
        }
        all.insert(name.clone());
        all
    }

    fn helper(&self, called: &str) -> Option<(&[String], &Tree)> {
        self.declarations.iter().find_map(|declaration| match declaration {
            Declaration::Helper { name, arguments, body } if name == called => Some((arguments.as_slice(), body)),
            _ => None,
        })
    }
}

fn next(state: &str) -> String {
    format!("{state}'")
}
