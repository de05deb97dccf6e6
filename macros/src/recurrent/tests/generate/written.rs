//! A whole cell as data, and as text.

use super::tree::Tree;
use crate::recurrent::tests::random::Random;
use std::fmt::Write;

/// A cell as it is written.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) header: Vec<(&'static str, String)>,
    pub(crate) declarations: Vec<Declaration>,
    pub(crate) inputs: Vec<(String, Vec<Tree>)>,
    pub(crate) outputs: Vec<WrittenOutput>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) tail: Tree,
}

/// A label and a shape.
pub(crate) type WrittenOutput = (Option<String>, Vec<Tree>);

#[derive(Clone)]
pub(crate) enum Declaration {
    Members { keyword: &'static str, names: Vec<String>, shape: Vec<Tree>, optional: bool, initialiser: Tree },
    Hyper { name: String, value: Tree },
    State { name: String, shape: Vec<Tree>, start: Option<Tree> },
    Context { name: String, shape: Vec<Tree> },
    Helper { name: String, arguments: Vec<String>, body: Tree },
}

#[derive(Clone)]
pub(crate) enum Statement {
    Let { name: String, shape: Option<Vec<Tree>>, value: Tree },
    LetTuple { names: Vec<String>, value: Tree },
    Assign { name: String, value: Tree },
}

impl Written {
    pub(super) fn text(&self, random: &mut Random) -> String {
        let mut text = String::new();
        let header: Vec<String> = self.header.iter().map(|(name, size)| format!("{name}: {size}")).collect();
        let visibility = random.pick(&["pub ", "pub(crate) ", ""]);
        put(&mut text, format_args!("/// A cell.\n{visibility}cell {}({}) {{\n", self.name, header.join(", ")));
        for declaration in &self.declarations {
            if random.chance(0.1) {
                text.push_str("    /// A part.\n");
            }
            text.push_str("    ");
            declaration.write(&mut text, random);
            text.push_str(";\n");
        }
        self.write_step(&mut text, random);
        text.push_str("}\n");
        text
    }

    fn write_step(&self, text: &mut String, random: &mut Random) {
        let inputs: Vec<String> =
            self.inputs.iter().map(|(name, shape)| format!("{name}: {}", shape_text(shape, random))).collect();
        put(text, format_args!("    step({}) -> ", inputs.join(", ")));
        let label = |label: &Option<String>| label.as_ref().map_or(String::new(), |label| format!("{label}: "));
        let outputs: Vec<String> =
            self.outputs.iter().map(|(name, shape)| format!("{}{}", label(name), shape_text(shape, random))).collect();
        match self.outputs.as_slice() {
            [(None, _)] => text.push_str(&outputs[0]),
            _ => put(text, format_args!("({})", outputs.join(", "))),
        }
        text.push_str(" {\n");
        for statement in &self.statements {
            text.push_str("        ");
            statement.write(text, random);
            text.push_str(";\n");
        }
        text.push_str("        ");
        self.tail.write(text, random);
        text.push_str("\n    }\n");
    }
}

impl Declaration {
    fn write(&self, text: &mut String, random: &mut Random) {
        match self {
            Self::Members { keyword, names, shape, optional, initialiser } => {
                let mark = if *optional { "?" } else { "" };
                let shape = shape_text(shape, random);
                put(text, format_args!("{keyword} {}: {shape}{mark} = ", names.join(", ")));
                initialiser.write(text, random);
            }
            Self::Hyper { name, value } => {
                put(text, format_args!("hyper {name} = "));
                value.write(text, random);
            }
            Self::State { name, shape, start } => {
                put(text, format_args!("state {name}: {}", shape_text(shape, random)));
                if let Some(start) = start {
                    text.push_str(" = ");
                    start.write(text, random);
                }
            }
            Self::Context { name, shape } => put(text, format_args!("context {name}: {}", shape_text(shape, random))),
            Self::Helper { name, arguments, body } => {
                put(text, format_args!("fn {name}({}) = ", arguments.join(", ")));
                body.write(text, random);
            }
        }
    }
}

impl Statement {
    fn write(&self, text: &mut String, random: &mut Random) {
        let value = match self {
            Self::Let { name, shape, value } => {
                let shape = shape.as_ref().map_or(String::new(), |shape| format!(": {}", shape_text(shape, random)));
                put(text, format_args!("let {name}{shape} = "));
                value
            }
            Self::LetTuple { names, value } => {
                put(text, format_args!("let ({}) = ", names.join(", ")));
                value
            }
            Self::Assign { name, value } => {
                put(text, format_args!("{name} = "));
                value
            }
        };
        value.write(text, random);
    }
}

fn shape_text(shape: &[Tree], random: &mut Random) -> String {
    let mut text = String::from("[");
    for (at, axis) in shape.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        axis.write(&mut text, random);
    }
    text.push(']');
    text
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap_or_else(|_| unreachable!("writing to a string works"));
}
