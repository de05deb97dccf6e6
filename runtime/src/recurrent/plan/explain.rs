//! Plans as text.

use std::fmt;

use super::live::Wanted;
use super::polynomial::Polynomial;
use super::query::Moment;
use super::tally::Tally;
use super::{Frequency, Plan, Stage};

/// The lines of a part: what is on the left, and what stands beside it in one column.
type Lines = Vec<(String, String)>;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: T steps of B examples", self.cell)?;
        if !self.dimensions.is_empty() {
            write!(f, ", dimensions {}", self.dimensions.join(", "))?;
        }
        for (pass, stages) in [("forward", &self.forward), ("backward", &self.backward)] {
            if !stages.is_empty() {
                write!(f, "\n\n{pass}")?;
            }
            for (at, stage) in stages.iter().enumerate() {
                write!(f, "\n  {}", title(stages, at, pass == "backward"))?;
                write_lines(f, "    ", &self.instruction_lines(stage))?;
            }
        }
        self.write_choices(f)?;
        self.write_costs(f)
    }
}

/// When a stage runs, and on what.
pub(super) fn title(stages: &[Stage], at: usize, backward: bool) -> String {
    let loops = stages.iter().any(|stage| stage.frequency == Frequency::Step);
    let moment = Moment::of(stages, at);
    let what = match stages[at].frequency {
        Frequency::Once => "once",
        Frequency::Example => "for each example",
        Frequency::All => "all T·B rows",
        Frequency::Step if backward => "at each of T steps, from the last to the first",
        Frequency::Step => "at each of T steps",
    };
    let when = match moment {
        Moment::Before if loops => ", before the loop",
        Moment::Before | Moment::Loop => "",
        Moment::After => ", after the loop",
    };
    format!("{what}{when}")
}

/// Below each other, with the right column at one place.
fn write_lines(f: &mut fmt::Formatter<'_>, indent: &str, lines: &Lines) -> fmt::Result {
    let width = lines.iter().map(|(left, _)| left.chars().count()).max().unwrap_or(0);
    for (left, right) in lines {
        let line = format!("{left:width$}   {right}");
        write!(f, "\n{indent}{}", line.trim_end())?;
    }
    Ok(())
}

impl Plan {
    fn instruction_lines(&self, stage: &Stage) -> Lines {
        let line = |instruction| (self.formula(stage.frequency, instruction), self.label(instruction));
        stage.instructions.iter().map(line).collect()
    }

    /// What the compiler chose.
    fn write_choices(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Lines::new();
        let mut add = |name: &str, values: Vec<String>| {
            for (at, value) in values.into_iter().enumerate() {
                lines.push((if at == 0 { name.to_owned() } else { String::new() }, value));
            }
        };
        let in_one_line = |names: Vec<&str>| if names.is_empty() { Vec::new() } else { vec![names.join(", ")] };
        add("hoisted", in_one_line(self.hoisted().collect()));
        add("sunk", in_one_line(self.sunk().collect()));
        add("stacked", self.stacks().map(|labels| labels.join(", ")).collect());
        add("saved", self.saved_lines());
        add("recomputed", in_one_line(self.recomputed()));
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(f)?;
        write_lines(f, "", &lines)
    }

    /// What is saved, those of one shape in one line.
    fn saved_lines(&self) -> Vec<String> {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (names, view) in self.kept() {
            let shape = self.shape(&Frequency::All.rows(), &[self.polynomial(view.length)]);
            match groups.iter_mut().find(|(other, _)| *other == shape) {
                Some((_, all)) => all.extend(names),
                None => groups.push((shape, names)),
            }
        }
        groups
            .into_iter()
            .map(|(shape, names)| {
                let each = if names.len() > 1 { " each" } else { "" };
                format!("{}: {shape}{each}", names.join(", "))
            })
            .collect()
    }

    fn write_costs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passes = [
            ("inference", Wanted::nothing(self)),
            ("training", Wanted::gradients(self, false)),
            ("training, with gradients of inputs and initial states", Wanted::gradients(self, true)),
        ];
        let mut last = Tally::default();
        for (name, wanted) in passes {
            let tally = self.tally(&wanted);
            if last != tally {
                write!(f, "\n\n{name}")?;
                write_lines(f, "  ", &self.cost_lines(&tally))?;
            }
            last = tally;
        }
        Ok(())
    }

    fn cost_lines(&self, tally: &Tally) -> Lines {
        let rows = [
            ("matrix products", &tally.products),
            ("flops of products", &tally.flops),
            ("other operations", &tally.operations),
            ("transcendentals", &tally.transcendentals),
            ("f32 bytes read and written", &(&tally.moved * 4)),
            ("f32 bytes allocated, forward", &(&tally.forward * 4)),
            ("f32 bytes allocated, backward", &(&tally.backward * 4)),
        ];
        let said = rows.into_iter().filter(|(_, value)| **value != Polynomial::zero());
        said.map(|(name, value)| (name.to_owned(), self.text(value))).collect()
    }
}
