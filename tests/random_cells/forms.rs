//! The ways to declare, to state and to write things.

use crate::case::{Case, Data};
use crate::recurrent::syntax::{Cell, Declaration, Initialiser, Kind, Members, Start, Statement};
use crate::recurrent::typed::{Element, Local, Node, Op, Stage};

/// Every way to declare, to state and to write.
#[rustfmt::skip]
pub(crate) const FORMS: [&str; 56] = [
    "param", "optional param", "absent param", "param of several names", "buffer", "hyper", "context",
    "context of rank 0", "context with a free dimension", "fn", "fn with a tuple", "fn that calls a helper",
    "fn that reads a state", "fn that is called with two shapes",
    "state", "state of rank 0", "state = zeros", "state = ones", "state = constant", "state = learned",
    "state = learned(…)", "given state",
    "= zeros", "= ones", "= constant", "= uniform(a)", "= uniform(a, b)", "= normal", "= glorot_uniform",
    "= glorot_normal", "= kaiming_uniform", "= kaiming_normal", "= orthogonal", "= identity",
    "one input", "several inputs", "input of rank 0", "one output", "labelled output", "several outputs",
    "several labelled outputs", "output of rank 0",
    "let", "let with a shape", "let of a mask", "let of a matrix", "let of split", "let of a helper's tuple",
    "assignment", "let after an assignment", "v[a..b]", "v[..b]", "v[a..]",
    "a @ b @ c", "matrix @ matrix", "matrix of an example",
];

/// Those that occur in a cell, some more than once.
pub(crate) fn forms(case: &Case, data: &Data) -> Vec<&'static str> {
    let mut forms = Forms(Vec::new());
    forms.expressions(&case.syntax);
    case.syntax.declarations.iter().for_each(|declaration| forms.declaration(&case.syntax, declaration));
    forms.step(&case.syntax);
    forms.values(case, data);
    forms.0
}

struct Forms(Vec<&'static str>);

impl Forms {
    fn see(&mut self, name: &'static str, occurs: bool) {
        if occurs {
            self.0.push(name);
        }
    }

    fn expressions(&mut self, cell: &Cell) {
        let is_product = |kind: &Kind| matches!(kind, Kind::Binary { operator, .. } if operator.text() == "@");
        for (_, expression) in cell.expressions.iter() {
            match &expression.kind {
                Kind::Slice { start, end, .. } => self.0.push(match (start, end) {
                    (Some(_), Some(_)) => "v[a..b]",
                    (None, Some(_)) => "v[..b]",
                    (Some(_), None) => "v[a..]",
                    (None, None) => "v[..]",
                }),
                kind @ Kind::Binary { right, .. } => {
                    self.see("a @ b @ c", is_product(kind) && is_product(&cell.expressions[*right].kind));
                }
                Kind::Number(_) | Kind::Name(_) | Kind::Call { .. } => {}
                Kind::Negate(_) | Kind::Not(_) | Kind::Tuple(_) => {}
            }
        }
    }

    fn declaration(&mut self, cell: &Cell, declaration: &Declaration) {
        match declaration {
            Declaration::Parameter(members) => self.members("param", members),
            Declaration::Buffer(members) => self.members("buffer", members),
            Declaration::Hyper { .. } => self.see("hyper", true),
            Declaration::Context { shape, .. } => {
                self.see("context", true);
                self.see("context of rank 0", shape.axes.is_empty());
            }
            Declaration::State { shape, start, .. } => {
                self.see(form_of_start(start.as_ref()), true);
                self.see("state of rank 0", shape.axes.is_empty());
            }
            Declaration::Helper { body, .. } => {
                let text = crate::recurrent::syntax::print::expression(&cell.expressions, *body);
                let is_tuple = matches!(cell.expressions[*body].kind, Kind::Tuple(_));
                self.see(if is_tuple { "fn with a tuple" } else { "fn" }, true);
                self.see("fn that calls a helper", names(cell, helper).any(|name| text.contains(&format!("{name}("))));
                // states are called `s0`, `s1`, …, and nothing else has such names
                self.see("fn that reads a state", names(cell, state).any(|name| text.contains(&name)));
            }
        }
    }

    fn members(&mut self, form: &'static str, members: &Members) {
        self.see(form, true);
        self.see("optional param", members.optional);
        self.see("param of several names", form == "param" && members.names.len() > 1);
        self.see(form_of_initialiser(&members.initialiser), true);
    }

    fn step(&mut self, cell: &Cell) {
        let step = &cell.step;
        self.see(if step.inputs.len() == 1 { "one input" } else { "several inputs" }, true);
        self.see("input of rank 0", step.inputs.iter().any(|input| input.shape.axes.is_empty()));
        self.0.push(match (step.outputs.len(), step.outputs[0].label.is_some()) {
            (1, false) => "one output",
            (1, true) => "labelled output",
            (_, false) => "several outputs",
            (_, true) => "several labelled outputs",
        });
        self.see("output of rank 0", step.outputs.iter().any(|output| output.shape.axes.is_empty()));
        let mut assigned = false;
        for statement in &step.statements {
            match statement {
                Statement::Let { shape, .. } => {
                    self.see(if shape.is_some() { "let with a shape" } else { "let" }, true);
                    self.see("let after an assignment", assigned);
                }
                Statement::LetTuple { value, .. } => {
                    let kind = &cell.expressions[*value].kind;
                    let is_split = matches!(kind, Kind::Call { function, .. } if function == "split");
                    self.see(if is_split { "let of split" } else { "let of a helper's tuple" }, true);
                }
                Statement::Assign { .. } => {
                    assigned = true;
                    self.see("assignment", true);
                }
            }
        }
    }

    fn values(&mut self, case: &Case, data: &Data) {
        let cell = &case.cell;
        self.see("absent param", data.fixed.parameters.iter().any(Option::is_none));
        self.see("given state", data.states.as_ref().is_some_and(|states| !states.is_empty()));
        self.see("context with a free dimension", cell.dimensions.len() > cell.header);
        for node in &cell.nodes {
            let ty = |id| &cell.node(id).ty;
            if let Op::MatMul(left, right) = &node.op {
                self.see("matrix of an example", ty(*left).stage == Stage::Example);
                self.see("matrix @ matrix", ty(*right).shape.len() == 2);
            }
        }
        // arguments of inlined helpers are called `f0.a`
        let (arguments, lets): (Vec<&Local>, Vec<&Local>) =
            cell.locals.iter().partition(|local| local.name.contains('.'));
        let node = |local: &Local| -> &Node { cell.node(local.value) };
        self.see("let of a mask", lets.iter().any(|local| node(local).ty.element == Element::Mask));
        self.see("let of a matrix", lets.iter().any(|local| node(local).ty.shape.len() == 2));
        let differ = |a: &&Local, b: &&Local| a.name == b.name && node(a).ty.shape != node(b).ty.shape;
        let differs = arguments.iter().any(|a| arguments.iter().any(|b| differ(a, b)));
        self.see("fn that is called with two shapes", differs);
    }
}

fn names<'a>(cell: &'a Cell, name: fn(&Declaration) -> Option<String>) -> impl Iterator<Item = String> + use<'a> {
    cell.declarations.iter().filter_map(name)
}

fn helper(declaration: &Declaration) -> Option<String> {
    match declaration {
        Declaration::Helper { name, .. } => Some(name.to_string()),
        _ => None,
    }
}

fn state(declaration: &Declaration) -> Option<String> {
    match declaration {
        Declaration::State { name, .. } => Some(name.to_string()),
        _ => None,
    }
}

fn form_of_initialiser(initialiser: &Initialiser) -> &'static str {
    match (initialiser.name.to_string().as_str(), initialiser.arguments.len()) {
        ("zeros", _) => "= zeros",
        ("ones", _) => "= ones",
        ("constant", _) => "= constant",
        ("uniform", 1) => "= uniform(a)",
        ("uniform", _) => "= uniform(a, b)",
        ("normal", _) => "= normal",
        ("glorot_uniform", _) => "= glorot_uniform",
        ("glorot_normal", _) => "= glorot_normal",
        ("kaiming_uniform", _) => "= kaiming_uniform",
        ("kaiming_normal", _) => "= kaiming_normal",
        ("orthogonal", _) => "= orthogonal",
        ("identity", _) => "= identity",
        _ => "another initialiser",
    }
}

fn form_of_start(start: Option<&Start>) -> &'static str {
    match start {
        None => "state",
        Some(Start::Fixed(initialiser)) => match initialiser.name.to_string().as_str() {
            "zeros" => "state = zeros",
            "ones" => "state = ones",
            _ => "state = constant",
        },
        Some(Start::Learned { initialiser: None, .. }) => "state = learned",
        Some(Start::Learned { initialiser: Some(_), .. }) => "state = learned(…)",
    }
}
