//! The items that a cell becomes.

mod body;
mod call;
mod cell;
mod construct;
mod docs;
mod equations;
mod fields;
mod kernels;
mod operands;
mod plan;
mod sizes;
#[cfg(test)]
mod tests;

use super::plan::Plan;
use super::tape::Program;
use super::{syntax, typed};
use crate::runtime::{Runtime, generated};
use docs::Docs;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::{Attribute, Visibility};
use typed::Op;

/// The struct, its state and its impls.
pub(crate) fn expand(
    runtime: &Runtime,
    cell: &syntax::Cell,
    typed: &typed::Cell,
    program: &Program,
    plan: &Plan,
) -> TokenStream {
    let item = Item::new(runtime, cell, typed);
    let items = [
        fields::expand(&item),
        construct::expand(&item, plan),
        cell::expand(&item, program),
        kernels::expand(&item, plan),
    ];
    conditions(&cell.attributes, items.into_iter().collect())
}

/// A cell and what its parts are called in the generated code.
struct Item<'a> {
    runtime: &'a Runtime,
    typed: &'a typed::Cell,
    docs: Docs<'a>,
    visibility: &'a Visibility,
    /// As the user wrote it, for the definition.
    written: &'a Ident,
    name: Ident,
    state: Ident,
    /// Names of declarations and header arguments, each at its place.
    idents: BTreeMap<String, Ident>,
    /// The names of all `let`s, which nothing else has.
    lets: BTreeSet<&'a str>,
    /// How the dimensions of the header follow from the fields.
    solutions: Vec<sizes::Solution<'a>>,
    attributes: Attributes<'a>,
}

/// The attributes of a cell, by where they go.
struct Attributes<'a> {
    /// On everything.
    conditions: Vec<&'a Attribute>,
    docs: Vec<&'a Attribute>,
    /// On the struct: lint levels, `deprecated`, `must_use`.
    others: Vec<&'a Attribute>,
}

impl<'a> Item<'a> {
    fn new(runtime: &'a Runtime, cell: &'a syntax::Cell, typed: &'a typed::Cell) -> Self {
        let name = as_generated(&cell.name);
        Self {
            runtime,
            typed,
            docs: Docs::new(cell, typed),
            visibility: &cell.visibility,
            written: &cell.name,
            state: state_name(&cell.name),
            name,
            idents: idents(cell),
            lets: typed.locals.iter().map(|local| local.name.as_str()).filter(|name| !name.contains('.')).collect(),
            solutions: sizes::of_header(typed),
            attributes: Attributes::of(&cell.attributes),
        }
    }

    /// The field or the header argument with this name.
    fn field(&self, name: &str) -> Ident {
        match self.idents.get(name.trim_start_matches("r#")) {
            Some(ident) => ident.clone(),
            None => Ident::new(name, Span::call_site()),
        }
    }

    /// The local variable with the size of the batch.
    fn batch(&self) -> Ident {
        Ident::new("batch", Span::mixed_site())
    }

    /// The dimensions of the header that no field tells, which the struct remembers.
    fn stored(&self) -> Vec<usize> {
        let told: BTreeSet<usize> = self.solutions.iter().map(|solution| solution.dimension).collect();
        (0..self.typed.header).filter(|dimension| !told.contains(dimension)).collect()
    }

    /// The field that remembers a dimension of the header.
    fn stored_field(&self, dimension: usize) -> Ident {
        format_ident!("__{}", self.argument_name(dimension))
    }

    fn argument_name(&self, dimension: usize) -> &'a str {
        let argument = self.typed.dimensions[dimension].argument.as_deref();
        argument.unwrap_or_else(|| unreachable!("dimensions of the header have arguments"))
    }

    /// The argument of `new` for a dimension of the header.
    fn argument(&self, dimension: usize) -> Ident {
        self.field(self.argument_name(dimension))
    }

    /// Leave to write numbers that may look like a constant of the standard library.
    fn approximations(&self) -> Option<TokenStream> {
        let is_long = |op: &Op| matches!(op, Op::Number(value) if (value * 100.0).fract() != 0.0);
        self.typed.nodes.iter().any(|node| is_long(&node.op)).then(|| quote!(#[allow(clippy::approx_constant)]))
    }

    /// Whether there are fields with initial values that are drawn.
    fn has_arrays(&self) -> bool {
        !self.typed.parameters.is_empty() || !self.typed.buffers.is_empty()
    }

    /// Whether nothing in the struct would use `F`.
    fn needs_marker(&self) -> bool {
        !self.has_arrays()
    }
}

impl<'a> Attributes<'a> {
    fn of(attributes: &'a [Attribute]) -> Self {
        let (conditions, rest): (Vec<_>, Vec<_>) =
            attributes.iter().partition(|attribute| attribute.path().is_ident("cfg"));
        let (docs, others) = rest.into_iter().partition(|attribute| attribute.path().is_ident("doc"));
        Self { conditions, docs, others }
    }
}

/// Before each item, all of which begin with an attribute, the conditions of the cell, and leave to use a deprecated one.
pub(super) fn conditions(attributes: &[Attribute], items: TokenStream) -> TokenStream {
    let deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    let leave = deprecated.then(|| quote!(#[allow(deprecated)]));
    let conditions = Attributes::of(attributes).conditions;
    let before: TokenStream = quote!(#(#conditions)* #leave);
    let mut among_attributes = false;
    let with_conditions = |token: TokenTree| {
        let sign = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let begins = sign && !among_attributes;
        let brackets = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
        among_attributes = sign || (among_attributes && brackets);
        let before = if begins { before.clone() } else { TokenStream::new() };
        before.into_iter().chain([token])
    };
    items.into_iter().flat_map(with_conditions).collect()
}

/// What the state of a cell is called.
pub(super) fn state_name(cell: &Ident) -> Ident {
    Ident::new(&format!("{}State", cell.unraw()), generated(cell.span()))
}

/// What the learned start of a state is called, at the place of the state.
pub(super) fn initial_name(state: &Ident) -> Ident {
    Ident::new(&format!("initial_{}", state.unraw()), generated(state.span()))
}

/// A name at its place, but as code of the macro: lints are then not about the user's code.
pub(super) fn as_generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(generated(ident.span()));
    ident
}

fn idents(cell: &syntax::Cell) -> BTreeMap<String, Ident> {
    let arguments = cell.header.iter().map(|argument| &argument.name);
    let declared = cell.declarations.iter().flat_map(|declaration| match declaration {
        syntax::Declaration::Parameter(members) | syntax::Declaration::Buffer(members) => {
            members.names.iter().collect()
        }
        syntax::Declaration::Hyper { name, .. } | syntax::Declaration::State { name, .. } => vec![name],
        syntax::Declaration::Context { .. } | syntax::Declaration::Helper { .. } => Vec::new(),
    });
    let named = arguments.chain(declared).map(|ident| (ident.unraw().to_string(), as_generated(ident)));
    let learned = cell.declarations.iter().filter_map(|declaration| {
        let syntax::Declaration::State { name, start: Some(syntax::Start::Learned { .. }), .. } = declaration else {
            return None;
        };
        Some((initial_name(name).to_string(), initial_name(name)))
    });
    named.chain(learned).collect()
}

/// Lines of documentation.
fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}
