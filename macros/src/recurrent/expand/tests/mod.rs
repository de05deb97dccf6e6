//! Expansions: pinned where it matters, and that all sorts of cells become Rust.

mod sorts;

use super::super::expand as expand_all;
use quote::quote;

/// The expansion of cells as formatted source.
pub(super) fn expanded(cells: &str) -> String {
    let cells: proc_macro2::TokenStream = cells.parse().expect("the source of a test has tokens");
    let items = expand_all(quote!([::recurve] #cells));
    let file: syn::File = syn::parse2(items.clone()).unwrap_or_else(|error| panic!("{error}:\n{items}"));
    prettyplease::unparse(&file)
}

/// The part of an expansion from the line that begins with `first` to the end of its block.
fn part(expansion: &str, first: &str) -> String {
    let begin = expansion.find(first).unwrap_or_else(|| panic!("`{first}` is not in\n{expansion}"));
    let indent = begin - expansion[..begin].rfind('\n').map_or(0, |line| line + 1);
    let end = expansion[begin..].find(&format!("\n{}}}", " ".repeat(indent))).expect("a block ends");
    let lines =
        expansion[begin..begin + end].lines().map(|line| line.strip_prefix(&" ".repeat(indent)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n") + "\n}"
}

const LEAKY: &str = "
    /// Follows its input.
    pub cell Leaky(hidden: H) {
        /// What it listens to.
        param w: [H, H] = uniform(1 / sqrt(H));
        param b: [H]? = zeros;
        hyper rate = 0.25;
        state h: [H] = learned;

        step(x: [H], dt: []) -> [H] {
            let a = exp(-dt * rate);
            h = a * h + (1 - a) * tanh(w @ x + b);
            h
        }
    }";

#[test]
fn a_step() {
    let expected = "\
fn step(
    &self,
    input: &Self::Input,
    state: LeakyState<F>,
) -> ::recurve::Result<(Self::Output, LeakyState<F>)> {
    let [__H] = self.__sizes()?;
    let (__x, __dt) = input;
    let LeakyState { h: __h } = state;
    let batch = ::recurve::__private::check_input(\"Leaky\", \"x\", __x, &[__H])?;
    ::recurve::check_shape(\"Leaky\", \"dt\", __dt.shape(), &[batch])?;
    ::recurve::check_shape(\"Leaky\", \"state.h\", __h.shape(), &[batch, __H])?;
}";
    assert_eq!(part(&expanded(LEAKY), "fn step("), expected);
}
