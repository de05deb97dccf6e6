//! `recurrent!`: cells written as equations.
//!
//! ```text
//! tokens ── syntax ──> syntax::Cell ── resolve ──> Names ── shapes ──> typed::Cell ── usage
//!                                                                          ├── tape ──> Program ── expand ──> tokens
//!                                                                          └── ir::lower ──> ir::Step ── ir::optimise
//!                                                                                             │
//!                                        tokens <── expand ── Plan <── plan ── Backward <── diff ───┘
//! ```
//!
//! A [`typed::Cell`] is a checked cell as plain data: all that comes after it cannot fail. A cell with mistakes becomes a
//! stub with the same name and the same functions, so that code which uses it is not blamed too.

mod debug;
mod diff;
mod expand;
mod functions;
mod ir;
mod messages;
mod place;
mod plan;
mod resolve;
mod shapes;
mod stub;
mod syntax;
mod tape;
#[cfg(test)]
mod tests;
mod typed;
mod usage;

use crate::errors::Errors;
use crate::runtime::Runtime;
use proc_macro2::TokenStream;
use quote::quote;

/// The items for all cells of an invocation, `[path of the runtime] cell …`.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let input = syntax::parse(&mut errors, tokens);
    let report = errors.propagate().err();
    let items = input.cells.iter().map(|cell| expand_cell(&input.runtime, cell));
    quote!(#report #(#items)*)
}

fn expand_cell(runtime: &Runtime, cell: &syntax::Cell) -> TokenStream {
    if !cell.sound {
        return stub::expand(runtime, cell);
    }
    match check(cell) {
        Ok(typed) => {
            let program = tape::lower(&typed);
            let step = ir::optimise(ir::lower(&typed));
            let plan = plan::plan(&typed, &step);
            let items = expand::expand(runtime, cell, &typed, &program, &plan);
            debug::print(
                cell,
                &debug::Phases { typed: &typed, step: &step, plan: &plan, program: &program, items: &items },
            );
            items
        }
        Err(report) => {
            let stub = stub::expand(runtime, cell);
            quote!(#report #stub)
        }
    }
}

/// All that can be wrong with a cell that could be read, one phase after the other.
fn check(cell: &syntax::Cell) -> Result<typed::Cell, TokenStream> {
    let mut errors = Errors::new();
    let names = resolve::resolve(&mut errors, cell);
    errors.propagate()?;
    let typed = shapes::infer(&mut errors, cell, &names);
    errors.propagate()?;
    let typed = typed.unwrap_or_else(|| unreachable!("a cell without shapes has mistakes"));
    usage::check(&mut errors, cell, &names, &typed);
    errors.propagate()?;
    Ok(typed)
}
