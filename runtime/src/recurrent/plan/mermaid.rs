//! Plans as flowcharts.

use super::explain::title;
use super::{Frequency, Instruction, Plan, RegionId, Source, Stage, View};

/// An instruction of a plan and its place.
#[derive(Clone, Copy)]
struct Node<'a> {
    backward: bool,
    stage: usize,
    at: usize,
    frequency: Frequency,
    instruction: &'a Instruction,
}

impl Node<'_> {
    fn id(&self) -> String {
        let pass = if self.backward { "backward" } else { "forward" };
        format!("{pass}_{}_{}", self.stage, self.at)
    }

    fn place(&self) -> (bool, usize, usize) {
        (self.backward, self.stage, self.at)
    }
}

impl Plan {
    /// The plan as a [Mermaid](https://mermaid.js.org) flowchart, which many viewers of Markdown draw.
    ///
    /// Stages are boxes, instructions are nodes, and an arrow goes from what writes a value to what reads it. Dotted
    /// arrows lead to the next step. Round nodes are inputs, contexts and outputs; parameters are left out.
    pub fn to_mermaid(&self) -> String {
        let mut text = "flowchart TD\n".to_owned();
        self.write_ends(&mut text);
        self.write_stages(&mut text, &self.forward, false);
        self.write_stages(&mut text, &self.backward, true);
        for edge in self.edges() {
            text.push_str(&format!("  {edge}\n"));
        }
        text
    }

    fn write_ends(&self, text: &mut String) {
        let inputs = self.inputs.iter().enumerate().map(|(at, leaf)| (format!("input_{at}"), leaf.name.to_owned()));
        let contexts =
            self.contexts.iter().enumerate().map(|(at, leaf)| (format!("context_{at}"), leaf.name.to_owned()));
        let outputs = (0..self.outputs.len()).map(|at| (format!("output_{at}"), self.output_name(at)));
        for (id, name) in inputs.chain(contexts).chain(outputs) {
            text.push_str(&format!("  {id}([\"{}\"])\n", escaped(&name)));
        }
    }

    fn write_stages(&self, text: &mut String, stages: &[Stage], backward: bool) {
        let pass = if backward { "backward" } else { "forward" };
        for (at, stage) in stages.iter().enumerate() {
            text.push_str(&format!("  subgraph {pass}_{at}[\"{pass}: {}\"]\n", title(stages, at, backward)));
            for (number, instruction) in stage.instructions.iter().enumerate() {
                let (label, formula) = (self.label(instruction), self.formula(stage.frequency, instruction));
                let lines = if label.is_empty() {
                    escaped(&formula)
                } else {
                    [label, formula].map(|line| escaped(&line)).join("<br/>")
                };
                text.push_str(&format!("    {pass}_{at}_{number}[\"{lines}\"]\n"));
            }
            text.push_str("  end\n");
        }
    }

    fn edges(&self) -> Vec<String> {
        let passes = [(false, &self.forward), (true, &self.backward)];
        let nodes: Vec<Node<'_>> = passes
            .into_iter()
            .flat_map(|(backward, stages)| stages.iter().enumerate().map(move |(at, stage)| (backward, at, stage)))
            .flat_map(|(backward, at, stage)| {
                let frequency = stage.frequency;
                stage.instructions.iter().enumerate().map(move |(number, instruction)| Node {
                    backward,
                    stage: at,
                    at: number,
                    frequency,
                    instruction,
                })
            })
            .collect();
        let mut edges: Vec<String> = Vec::new();
        let mut add = |edge: String| {
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        };
        for reader in &nodes {
            self.edges_to(*reader, &nodes).into_iter().for_each(&mut add);
        }
        for writer in &nodes {
            self.edges_to_outputs(*writer).into_iter().for_each(&mut add);
        }
        edges
    }

    fn edges_to(&self, reader: Node<'_>, nodes: &[Node<'_>]) -> Vec<String> {
        let mut read = self.reads(reader.instruction);
        if reader.instruction.accumulates() {
            read.extend(reader.instruction.results());
        }
        let mut edges = Vec::new();
        for view in read {
            match self.source(view.region) {
                Source::Input(at) => edges.push(format!("input_{at} --> {}", reader.id())),
                Source::Context(at) => edges.push(format!("context_{at} --> {}", reader.id())),
                _ => {}
            }
            let writers = nodes.iter().filter(|writer| writes(self, writer.instruction, view));
            edges.extend(writers.filter_map(|writer| self.edge(*writer, reader, view)));
        }
        edges
    }

    /// The arrow between two instructions for what one reads of the other.
    fn edge(&self, writer: Node<'_>, reader: Node<'_>, view: View) -> Option<String> {
        let hands_on = matches!(self.source(view.region), Source::State(_) | Source::NextAdjoint(_));
        let in_loop =
            writer.frequency == Frequency::Step && (writer.backward, writer.stage) == (reader.backward, reader.stage);
        let arrow = match hands_on && in_loop {
            true => "-.->",
            false if writer.place() < reader.place() => "-->",
            false => return None,
        };
        Some(format!("{} {arrow} {}", writer.id(), reader.id()))
    }

    fn edges_to_outputs(&self, writer: Node<'_>) -> Vec<String> {
        let is = |region: RegionId, at: usize| match self.source(region) {
            Source::Output(own) => own == at,
            Source::Next(state) => self.outputs[at].state == Some(state),
            _ => false,
        };
        let results = writer.instruction.results();
        let outputs = (0..self.outputs.len()).filter(|&at| results.iter().any(|result| is(result.region, at)));
        outputs.map(|at| format!("{} --> output_{at}", writer.id())).collect()
    }
}

fn writes(plan: &Plan, instruction: &Instruction, view: View) -> bool {
    instruction.results().iter().any(|result| plan.overlap(*result, view))
}

/// Within quotes, where some characters mean something else.
fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
