//! Expansions: pinned where it matters, and that all sorts of cells become Rust.

mod large;
mod length;
mod scans;
mod sorts;

use super::super::expand as expand_all;
use quote::quote;

/// The expansion of cells as formatted source.
pub(super) fn expanded(cells: &str) -> String {
    let cells: proc_macro2::TokenStream = cells.parse().expect("the source of a test has tokens");
    let items = expand_all(quote!([::recurve] #cells));
    assert!(!items.to_string().contains("compile_error"), "{items}");
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

/// Without spaces, and without the commas that a broken line ends with.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().replace(",)", ")")
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
    use ::recurve::__private as __private;
    let [__H] = __private::scan::sizes(self)?;
    let (__x, __dt) = input;
    let LeakyState { h: __h } = state;
    let batch = __private::check_input(\"Leaky\", \"x\", __x, &[__H])?;
    ::recurve::check_shape(\"Leaky\", \"dt\", __dt.shape(), &[batch])?;
    ::recurve::check_shape(\"Leaky\", \"state.h\", __h.shape(), &[batch, __H])?;
    let __a = (-__dt * F::from_f64(self.rate)).exp();
    let __19_h = __a.unsqueeze(-1) * &__h
        + (-&__a + F::from_f64(1.0)).unsqueeze(-1)
            * __private::add_optional(&__x.matmul_transposed(&self.w.get()), &self.b)
                .tanh();
    ::core::result::Result::Ok((__private::same(&__19_h), LeakyState { h: __19_h }))
}";
    assert_eq!(part(&expanded(LEAKY), "fn step("), expected);
}

#[test]
fn the_struct_and_its_state() {
    let text = expanded(LEAKY);
    let expected = "\
pub struct Leaky<F: ::recurve::Float = ::core::primitive::f32> {
    /// What it listens to.
    ///
    /// `[H, H]`, starts as `uniform(1 / sqrt(H))`.
    pub w: ::recurve::Param<F>,
    /// `[H]`, starts as `zeros`. `None` counts as zeros.
    pub b: ::core::option::Option<::recurve::Param<F>>,
    /// A number that may be changed at any time; starts as `0.25`.
    pub rate: ::core::primitive::f64,
    /// `[H]`, the state `h` before the first step; starts as `zeros`.
    pub initial_h: ::recurve::Param<F>,
}";
    assert_eq!(part(&text, "pub struct Leaky<"), expected);
    let expected = "\
pub struct LeakyState<F: ::recurve::Float = ::core::primitive::f32> {
    /// `[B, H]`, at first the parameter `initial_h`.
    pub h: ::recurve::Tensor<F>,
}";
    assert_eq!(part(&text, "pub struct LeakyState<"), expected);
    assert!(
        text.starts_with("/// Follows its input.\n///\n/// ```text\n/// step(x: [H], dt: []) -> [H] {\n"),
        "{text}"
    );
}

#[test]
fn the_first_state() {
    let text = expanded(LEAKY);
    let expected = "\
fn initial_state(
    &self,
    batch: ::core::primitive::usize,
) -> ::recurve::Result<LeakyState<F>> {
    let [__H] = ::recurve::__private::scan::sizes(self)?;
    ::core::result::Result::Ok(LeakyState {
        h: self.initial_h.get().broadcast_to([batch, __H]),
    })
}";
    assert_eq!(part(&text, "fn initial_state("), expected);
}
