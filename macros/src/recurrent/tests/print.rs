//! A whole cell as text, around the formulas that the library prints.

use crate::recurrent::syntax::print::expression;
use crate::recurrent::syntax::{
    Cell, Declaration, ExpressionId, HeaderArgument, Initialiser, Members, Shape, Start, Statement,
};
use proc_macro2::Ident;

/// The cell without its attributes.
pub(crate) fn print(cell: &Cell) -> String {
    let printer = Printer(cell);
    let header = list(&cell.header, |HeaderArgument { name, dimension }| format!("{name}: {dimension}"));
    let declarations: String = cell.declarations.iter().map(|line| printer.declaration(line)).collect();
    let inputs = list(&cell.step.inputs, |input| format!("{}: {}", input.name, printer.shape(&input.shape)));
    let outputs = list(&cell.step.outputs, |output| {
        let label = output.label.as_ref().map_or(String::new(), |label| format!("{label}: "));
        format!("{label}{}", printer.shape(&output.shape))
    });
    let outputs =
        if outputs.starts_with('[') && cell.step.outputs.len() == 1 { outputs } else { format!("({outputs})") };
    let statements: String = cell.step.statements.iter().map(|line| printer.statement(line)).collect();
    let tail = printer.formula(cell.step.tail);
    format!("cell {}({header}) {{ {declarations} step({inputs}) -> {outputs} {{ {statements} {tail} }} }}", cell.name)
}

struct Printer<'a>(&'a Cell);

impl Printer<'_> {
    fn declaration(&self, line: &Declaration) -> String {
        match line {
            Declaration::Parameter(members) => format!("param {};\n", self.members(members)),
            Declaration::Buffer(members) => format!("buffer {};\n", self.members(members)),
            Declaration::Hyper { name, value, .. } => format!("hyper {name} = {};\n", self.formula(*value)),
            Declaration::State { name, shape, start, .. } => {
                let start = start.as_ref().map_or(String::new(), |start| format!(" = {}", self.start(start)));
                format!("state {name}: {}{start};\n", self.shape(shape))
            }
            Declaration::Context { name, shape, .. } => format!("context {name}: {};\n", self.shape(shape)),
            Declaration::Helper { name, arguments, body } => {
                format!("fn {name}({}) = {};\n", list(arguments, Ident::to_string), self.formula(*body))
            }
        }
    }

    fn members(&self, members: &Members) -> String {
        let names = list(&members.names, Ident::to_string);
        let mark = if members.optional { "?" } else { "" };
        format!("{names}: {}{mark} = {}", self.shape(&members.shape), self.initialiser(&members.initialiser))
    }

    fn start(&self, start: &Start) -> String {
        match start {
            Start::Fixed(initialiser) => self.initialiser(initialiser),
            Start::Learned { initialiser: None, .. } => "learned".to_owned(),
            Start::Learned { initialiser: Some(initialiser), .. } => {
                format!("learned({})", self.initialiser(initialiser))
            }
        }
    }

    fn initialiser(&self, initialiser: &Initialiser) -> String {
        let arguments = list(&initialiser.arguments, |id| self.formula(*id));
        if arguments.is_empty() { initialiser.name.to_string() } else { format!("{}({arguments})", initialiser.name) }
    }

    fn statement(&self, line: &Statement) -> String {
        match line {
            Statement::Let { name, shape, value } => {
                let shape = shape.as_ref().map_or(String::new(), |shape| format!(": {}", self.shape(shape)));
                format!("let {name}{shape} = {};\n", self.formula(*value))
            }
            Statement::LetTuple { names, value, .. } => {
                format!("let ({}) = {};\n", list(names, Ident::to_string), self.formula(*value))
            }
            Statement::Assign { name, value } => format!("{name} = {};\n", self.formula(*value)),
        }
    }

    fn shape(&self, shape: &Shape) -> String {
        format!("[{}]", list(&shape.axes, |axis| self.formula(*axis)))
    }

    fn formula(&self, id: ExpressionId) -> String {
        expression(&self.0.expressions, id)
    }
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
