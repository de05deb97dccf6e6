//! What a reader of the documentation is told: the equations, and for each item its shape and how it starts.

use super::{Item, doc};
use crate::recurrent::syntax::{Cell, Declaration, ExpressionId, Initialiser, Members, Start, print};
use crate::recurrent::typed::{self, Shape};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeMap;
use syn::Attribute;

/// The documentation of a cell, by what it is about.
pub(super) struct Docs<'a> {
    syntax: &'a Cell,
    typed: &'a typed::Cell,
    fields: BTreeMap<String, Entry<'a>>,
    states: BTreeMap<String, Entry<'a>>,
    /// What the user wrote about contexts, which no item stands for.
    contexts: Vec<(&'a Ident, Vec<&'a Attribute>)>,
}

/// What the user wrote about a name, and what is added.
struct Entry<'a> {
    written: Vec<&'a Attribute>,
    added: String,
}

impl<'a> Docs<'a> {
    pub(super) fn new(syntax: &'a Cell, typed: &'a typed::Cell) -> Self {
        let mut docs = Self { syntax, typed, fields: BTreeMap::new(), states: BTreeMap::new(), contexts: Vec::new() };
        for declaration in &syntax.declarations {
            docs.declaration(declaration);
        }
        docs
    }

    fn declaration(&mut self, declaration: &'a Declaration) {
        match declaration {
            Declaration::Parameter(members) => self.members(members, ""),
            Declaration::Buffer(members) => self.members(members, ", never trained"),
            Declaration::Hyper { attributes, name, value } => {
                let added = format!("A number that may be changed at any time; starts as `{}`.", self.text(*value));
                self.fields.insert(name.to_string(), Entry { written: docs_of(attributes), added });
            }
            Declaration::State { attributes, name, start, .. } => self.state(attributes, &name.to_string(), start),
            Declaration::Context { attributes, name, .. } => self.contexts.push((name, docs_of(attributes))),
            Declaration::Helper { .. } => {}
        }
    }

    /// "`[H, D]`, starts as `uniform(1 / sqrt(H))`."
    fn members(&mut self, members: &'a Members, kind: &str) {
        let shape = print::shape(&self.syntax.expressions, &members.shape);
        let absent = if members.optional { " `None` counts as zeros." } else { "" };
        let initial = self.initialiser(&members.initialiser);
        let added = format!("`{shape}`{kind}, starts as `{initial}`.{absent}");
        for name in &members.names {
            let entry = Entry { written: docs_of(&members.attributes), added: added.clone() };
            self.fields.insert(name.to_string(), entry);
        }
    }

    fn state(&mut self, attributes: &'a [Attribute], name: &str, start: &Option<Start>) {
        let Some(state) = self.typed.states.iter().find(|state| state.name == *name) else { return };
        let shape = self.batched(&state.shape);
        let beginning = match start {
            None => "zeros".to_owned(),
            Some(Start::Fixed(initialiser)) => format!("`{}`", self.initialiser(initialiser)),
            Some(Start::Learned { initialiser, .. }) => {
                let field = format!("initial_{name}");
                let initial = initialiser.as_ref().map_or("zeros".to_owned(), |rule| self.initialiser(rule));
                let example = self.typed.shape_text(&state.shape);
                let added = format!("`{example}`, the state `{name}` before the first step; starts as `{initial}`.");
                self.fields.insert(field.clone(), Entry { written: Vec::new(), added });
                format!("the parameter `{field}`")
            }
        };
        let added = format!("`{shape}`, at first {beginning}.");
        self.states.insert(name.to_owned(), Entry { written: docs_of(attributes), added });
    }

    fn text(&self, id: ExpressionId) -> String {
        print::expression(&self.syntax.expressions, id)
    }

    fn initialiser(&self, initialiser: &Initialiser) -> String {
        print::initialiser(&self.syntax.expressions, initialiser)
    }

    /// `[B, H]`
    fn batched(&self, shape: &Shape) -> String {
        let sizes: String = shape.iter().map(|dim| format!(", {}", self.typed.dim_text(dim))).collect();
        format!("[B{sizes}]")
    }

    pub(super) fn field(&self, name: &str) -> TokenStream {
        written_and_added(self.fields.get(name))
    }

    pub(super) fn state_field(&self, name: &str) -> TokenStream {
        written_and_added(self.states.get(name))
    }

    /// After the user's own words: the equations and what goes in and out.
    pub(super) fn cell(&self, item: &Item<'_>) -> TokenStream {
        let mut lines = match item.attributes.docs.is_empty() {
            true => vec!["A recurrent cell.".to_owned()],
            false => Vec::new(),
        };
        lines.extend([String::new(), "```text".to_owned()]);
        lines.extend(self.equations());
        lines.extend(["```".to_owned(), String::new()]);
        lines.push(self.interface());
        let (before, contexts) = (doc(&lines.join("\n")), self.contexts());
        let is_closed = !item.stored().is_empty() || item.needs_marker();
        let closed = format!("\nMade by [`new`]({name}::new) only: it has private fields.", name = item.name);
        let after = is_closed.then(|| doc(&closed));
        quote!(#before #contexts #after)
    }

    /// A list of the contexts that the user says something about.
    fn contexts(&self) -> TokenStream {
        let documented = self.contexts.iter().filter(|(_, written)| !written.is_empty());
        let entries = documented.map(|(name, written)| {
            let bullet = doc(&format!("\n* `{name}`:"));
            quote!(#bullet #(#written)*)
        });
        entries.collect()
    }

    /// The step as it is written, after the helpers that it calls.
    fn equations(&self) -> Vec<String> {
        let Cell { expressions, step, declarations, .. } = self.syntax;
        let helpers = declarations.iter().filter(|declaration| matches!(declaration, Declaration::Helper { .. }));
        let helpers = helpers.map(|helper| print::declaration(expressions, helper));
        let statements = step.statements.iter().map(|statement| print::statement(expressions, statement));
        let lines = statements.chain([self.text(step.tail)]).map(|line| format!("    {line}"));
        let first = format!("{} {{", print::signature(expressions, step));
        helpers.chain([first]).chain(lines).chain(["}".to_owned()]).collect()
    }

    /// "A step reads `x: [B, D]`, and gives `[B, H]`."
    fn interface(&self) -> String {
        let named = |name: &str, shape: &Shape| format!("`{name}: {}`", self.batched(shape));
        let inputs: Vec<String> = self.typed.inputs.iter().map(|input| named(&input.name, &input.shape)).collect();
        let contexts: Vec<String> =
            self.typed.contexts.iter().map(|context| named(&context.name, &context.shape)).collect();
        let outputs: Vec<String> = self.typed.outputs.iter().map(|output| self.output(output)).collect();
        let mut text = format!("A step reads {}", inputs.join(", "));
        if !contexts.is_empty() {
            text += &format!(", and {}, which stays the same at all steps", contexts.join(", "));
        }
        text + &format!(", and gives {}. In a scan the time `T` stands in front of what changes.", outputs.join(", "))
    }

    fn output(&self, output: &typed::Output) -> String {
        let shape = self.batched(&self.typed.node(output.value).ty.shape);
        match &output.label {
            Some(label) => format!("`{label}: {shape}`"),
            None => format!("`{shape}`"),
        }
    }

    pub(super) fn state_type(&self, item: &Item<'_>) -> String {
        let nothing = if self.typed.states.is_empty() { " It has none, so this is empty." } else { "" };
        format!("The state of a [`{}`].{nothing}", item.name)
    }

    pub(super) fn constructor(&self, item: &Item<'_>) -> String {
        let sizes: Vec<String> = (0..self.typed.header).map(|at| self.argument(item, at)).collect();
        format!(
            "A cell with elements of `f32`: {}. Parameters are drawn from `rng` in the order of their declaration.\n\n\
             # Panics\n\nWhen a size is 0.",
            sizes.join(", ")
        )
    }

    pub(super) fn with_dtype(&self, item: &Item<'_>) -> String {
        let name = &item.name;
        format!(
            "A cell with elements of any type: `{name}::<f64>::with_dtype(…)`; otherwise as [`new`]({name}::new).\n\n\
             # Panics\n\nWhen a size is 0."
        )
    }

    pub(super) fn getter(&self, dimension: usize) -> String {
        format!("The size `{}`.", self.typed.dimensions[dimension].name)
    }

    /// "`D` = `input`"
    fn argument(&self, item: &Item<'_>, dimension: usize) -> String {
        format!("`{}` = `{}`", self.typed.dimensions[dimension].name, item.argument_name(dimension))
    }
}

fn docs_of(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).collect()
}

/// The user's words as one paragraph, what is added as the next.
fn written_and_added(entry: Option<&Entry<'_>>) -> TokenStream {
    let Some(Entry { written, added }) = entry else { return doc("A part of the cell.") };
    let break_after = (!written.is_empty()).then(|| quote!(#[doc = ""]));
    let added = doc(added);
    quote!(#(#written)* #break_after #added)
}
