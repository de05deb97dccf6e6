//! The where clause of each impl: what is in it, and what is not.

use super::Derive::{self, Module, State};
use super::squeezed;

/// What stands behind `where` in the first impl.
fn bounds_of(derive: Derive, source: &str) -> String {
    let expansion = squeezed(&derive.expand(source));
    let header = expansion.split(" { fn ").next().unwrap_or_default();
    header.split_once(" where ").map_or(String::new(), |(_, bounds)| bounds.trim_end_matches(',').to_string())
}

fn bounds(source: &str) -> String {
    bounds_of(Module, source)
}

#[test]
fn concrete_types_need_none() {
    assert_eq!(bounds("struct A { a: Linear, b: Vec<Linear>, #[module(skip)] c: String }"), "");
}

#[test]
fn types_of_fields_are_bounded_and_not_parameters() {
    assert_eq!(bounds("struct A<B> { a: Vec<B>, b: Linear }"), "Vec<B>: ::recurve::Module");
    assert_eq!(bounds("struct A<K: Kind> { a: K::Layer }"), "K::Layer: ::recurve::Module");
}

#[test]
fn skipped_fields_are_cloned() {
    assert_eq!(bounds("struct A<B> { #[module(skip)] a: Vec<B> }"), "Vec<B>: ::core::clone::Clone");
}

#[test]
fn each_bound_stands_once_in_the_order_of_the_fields() {
    assert_eq!(
        bounds("enum A<B, C> { One(C, B), Two { c: C, #[module(skip)] b: B } }"),
        "C: ::recurve::Module, B: ::recurve::Module, B: ::core::clone::Clone"
    );
}

#[test]
fn what_the_user_wrote_comes_first() {
    assert_eq!(bounds("struct A<B>(B) where B: Copy;"), "B: Copy, B: ::recurve::Module");
    assert_eq!(bounds("struct A<B>(B) where B: ::recurve::Module;"), "B: ::recurve::Module");
}

#[test]
fn recursion_adds_none() {
    assert_eq!(bounds("struct Tree<A> { value: A, children: Vec<Tree<A>> }"), "A: ::recurve::Module");
    assert_eq!(bounds("struct Tree<A> { value: A, next: Option<Box<Self>> }"), "A: ::recurve::Module");
}

#[test]
fn the_other_parts_of_a_recursive_type_are_bounded() {
    let bound = bounds(
        "struct Tree<A, B> { next: Vec<(A, Option<Self>)>, last: Option<Box<Tree<A, B>>>, own: Wrapper<Self, B> }",
    );
    assert_eq!(bound, "A: ::recurve::Module");
    let cast = squeezed(&Module.expand("struct Tree<F: Float>(Vec<(Param<F>, usize, Self)>);"));
    let expected =
        "Param<F>: ::recurve::Cast<__U, Output = Param<__U>>, usize: ::recurve::Cast<__U, Output = usize>, {";
    assert!(cast.contains(expected), "{cast}");
}

#[test]
fn constants_and_lifetimes_are_no_type_parameters() {
    assert_eq!(bounds("struct A<'F, const N: usize>([Linear; N], PhantomData<&'F ()>);"), "");
}

#[test]
fn an_attribute_replaces_what_would_be_inferred() {
    let source = "#[module(bound = \"B: Layer, C: Copy\")] struct A<B, C>(B, C);";
    assert_eq!(bounds(source), "B: Layer, C: Copy");
    assert_eq!(bounds("#[module(bound = \"\")] struct A<B>(B);"), "");
}

#[test]
fn a_state_asks_for_tensors() {
    assert_eq!(bounds_of(State, "struct A<T> { a: (T, T), b: Tensor }"), "(T, T): ::recurve::Tensors");
    assert_eq!(bounds_of(State, "#[state(bound = \"T: Memory\")] struct A<T>(T);"), "T: Memory");
}

#[test]
fn a_cast_asks_the_same_of_both_floats() {
    let expansion =
        squeezed(&Module.expand("#[module(bound = \"F: Layer\")] struct A<F: Float, B: Of<F>>(Param<F>, B);"));
    let (_, cast) = expansion.split_once("::recurve::Cast<__U> for A<F, B> where ").unwrap();
    let expected = "__U: ::recurve::Float, __U: Float, B: Of<__U>, F: Layer, __U: Layer, \
                    Param<F>: ::recurve::Cast<__U, Output = Param<__U>>, {";
    assert!(cast.starts_with(expected), "{cast}");
}

#[test]
fn defaults_are_stripped() {
    let expansion = squeezed(&Module.expand("struct A<F: Float = f32, const N: usize = 3>(Param<F>);"));
    assert!(expansion.contains("impl<F: Float, const N: usize> ::recurve::Module for A<F, N>"), "{expansion}");
    assert!(expansion.contains("impl<F: Float, const N: usize, __U> ::recurve::Cast<__U>"), "{expansion}");
}
