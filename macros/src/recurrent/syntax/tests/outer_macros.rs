//! Tokens of an outer `macro_rules!`, which wraps what it matched into invisible brackets.

use super::{grouped, read_tokens};
use crate::recurrent::syntax::{Cell, print};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// What `$x:expr` and the like become.
fn matched(tokens: impl ToTokens) -> TokenTree {
    TokenTree::Group(Group::new(Delimiter::None, tokens.into_token_stream()))
}

#[track_caller]
fn read(tokens: TokenStream) -> Cell {
    let (mut input, mistakes) = read_tokens(quote!([::recurve] #tokens));
    assert!(mistakes.is_empty(), "{mistakes:?}");
    input.cells.remove(0)
}

/// How a formula is grouped.
#[track_caller]
fn grouping(formula: TokenStream) -> String {
    let cell = read(quote!(cell A(input: D) { step(x: [D]) -> [D] { #formula } }));
    grouped(&cell.expressions, cell.step.tail)
}

#[test]
fn every_part_may_come_from_an_outer_macro() {
    let visibility = matched(quote!(pub(crate)));
    let nothing = matched(quote!());
    let name = matched(quote!(Elman));
    let dimension = matched(matched(quote!(H)));
    let shape = matched(quote!([H, D]));
    let initialiser = matched(quote!(uniform(0.1)));
    let negative = matched(quote!(-0.5));
    let statement = matched(quote!(let r = a + x));
    let attribute = matched(quote!(allow(unused)));
    let state = matched(quote!(h));
    let cell = read(quote! {
        #[#attribute] #nothing #visibility cell #name(input: D, hidden: #dimension) {
            param w: #shape = #initialiser;
            hyper a = #negative;
            state #state: [#dimension];
            step(x: [D]) -> [H] { #statement; #state = r; #state }
        }
    });
    let expected = "\
pub(crate) cell Elman(input: D, hidden: H) {
    param w: [H, D] = uniform(0.1);
    hyper a = -0.5;
    state h: [H];

    step(x: [D]) -> [H] {
        let r = a + x;
        h = r;
        h
    }
}
";
    assert!(print::cell(&cell).ends_with(expected), "{}", print::cell(&cell));
}

#[test]
fn an_expression_stays_together() {
    let sum = matched(quote!(a + b));
    assert_eq!(grouping(quote!(#sum * c)), "((a + b) * c)");
    assert_eq!(grouping(quote!(c @ #sum)), "(c @ (a + b))");
    assert_eq!(grouping(quote!(c / #sum)), "(c / (a + b))");
    assert_eq!(grouping(quote!(f(#sum, 1))), "f((a + b), 1)");
    let negative = matched(quote!(-1));
    assert_eq!(grouping(quote!(2 - #negative)), "(2 - (-1))");
}

#[test]
fn single_tokens_calls_and_ranges_stand_as_if_written_there() {
    let function = matched(quote!(tanh));
    let value = matched(quote!(x));
    let range = matched(quote!(1..H));
    let call = matched(quote!(tanh(x)));
    assert_eq!(grouping(quote!(#function(#value))), "tanh(x)");
    assert_eq!(grouping(quote!(#value[#range])), "x[1..H]");
    assert_eq!(grouping(quote!(#call[1..])), "tanh(x)[1..]");
    let tuple = matched(quote!((a, b)));
    assert_eq!(grouping(quote!(#tuple)), "<a, b>");
}

#[test]
fn invisible_brackets_may_nest() {
    let mut inner = quote!(a + b);
    for _ in 0..100 {
        inner = matched(inner).to_token_stream();
    }
    assert_eq!(grouping(quote!(#inner * c)), "((a + b) * c)");
    let mut name = quote!(x);
    for _ in 0..10_000 {
        name = matched(name).to_token_stream();
    }
    assert_eq!(grouping(quote!(#name)), "x");
}

#[test]
fn mistakes_inside_are_found() {
    let power = matched(quote!(a ^ b));
    let tokens = quote!([::recurve] cell A(input: D) { step(x: [D]) -> [D] { #power * 2 } });
    let (_, mistakes) = read_tokens(tokens);
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].0.starts_with("`^` is no operator here"), "{mistakes:?}");
}
