//! The lines of the generated code that matter.

use super::Derive::{Module, State};
use super::{assert_lines, squeezed};

#[test]
fn a_struct() {
    let expansion =
        Module.expand("struct Mlp<A> { first: Linear, #[module(frozen)] act: A, #[module(skip)] extra: Extra }");
    assert_lines(
        &expansion,
        &[
            "#[automatically_derived] impl<A> ::recurve::Module for Mlp<A> where A: ::recurve::Module, {",
            "fn visit(&self, __visitor: &mut dyn ::recurve::__private::Visitor) {",
            "let _ = <Linear as ::recurve::Module>::visit;",
            "::recurve::__private::visit::<Linear>(&self.first, \"first\", __visitor);",
            "::recurve::__private::visit_frozen::<A>(&self.act, \"act\", __visitor);",
            "fn rebuild(&self, __mapper: &mut dyn ::recurve::__private::Mapper) -> Self {",
            "first: ::recurve::__private::rebuild::<Linear>(&self.first, \"first\", __mapper),",
            "act: ::recurve::__private::rebuild_frozen::<A>(&self.act, \"act\", __mapper),",
            "extra: ::recurve::__private::keep::<Extra>(&self.extra),",
        ],
    );
    assert!(!expansion.contains("Cast"), "{expansion}");
}

#[test]
fn a_tuple_struct_is_named_by_index() {
    let expansion = Module.expand("struct Pair(Linear, #[module(rename = \"head\")] Linear);");
    assert_lines(
        &expansion,
        &[
            "visit::<Linear>(&self.0, \"0\", __visitor);",
            "visit::<Linear>(&self.1, \"head\", __visitor);",
            "0: ::recurve::__private::rebuild::<Linear>(&self.0, \"0\", __mapper),",
        ],
    );
}

#[test]
fn a_unit_struct_is_rebuilt() {
    assert_lines(&Module.expand("struct Nothing;"), &["-> Self { Self {} }"]);
}

#[test]
fn an_enum_puts_the_variant_before_the_field() {
    let expansion =
        Module.expand("enum Layer { Deep { r#in: Linear, #[module(skip)] size: usize }, Flat(Linear), Off }");
    assert_lines(
        &expansion,
        &[
            "Self::Deep { r#in: __field_in, .. } => {",
            "Self::Deep { r#in: __field_in, size: __field_size } => {",
            "visit::<Linear>(__field_in, \"Deep.in\", __visitor);",
            "visit::<Linear>(__field_0, \"Flat.0\", __visitor);",
            "Self::Off {} => {}",
            "Self::Deep { r#in: ::recurve::__private::rebuild::<Linear>(__field_in, \"Deep.in\", __mapper),",
            "size: ::recurve::__private::keep::<usize>(__field_size),",
            "Self::Off {} => Self::Off {},",
        ],
    );
}

#[test]
fn an_enum_without_variants_has_no_values() {
    assert_lines(
        &Module.expand("enum Never {}"),
        &["__visitor: &mut dyn ::recurve::__private::Visitor) { match *self {} }"],
    );
}

#[test]
fn another_path_of_the_runtime() {
    let expansion = Module.expand("#[module(crate = neural::inner)] struct One(Linear);");
    assert_lines(&expansion, &["impl neural::inner::Module for One", "neural::inner::__private::visit::<Linear>"]);
    assert!(!expansion.contains("recurve"), "{expansion}");
    let expansion = State.expand("#[state(crate = neural)] struct One(Tensor);");
    assert_lines(&expansion, &["impl neural::Tensors for One", "neural::__private::visit_tensors::<Tensor>"]);
}

#[test]
fn a_cast_replaces_the_float() {
    let expansion = Module.expand(
        "struct Mlp<F: Float, A, const N: usize = 2> {
            #[module(frozen)] weights: [Param<F>; N],
            act: A,
            #[module(skip)] kind: PhantomData<F>,
            #[module(skip)] label: String,
            next: Option<Box<Self>>,
        }",
    );
    assert_lines(
        &expansion,
        &[
            "impl<F: Float, A, const N: usize, __U> ::recurve::Cast<__U> for Mlp<F, A, N> where",
            "__U: ::recurve::Float, __U: Float,",
            "[Param<F>; N]: ::recurve::Cast<__U, Output = [Param<__U>; N]>,",
            "A: ::recurve::Module,",
            "PhantomData<F>: ::recurve::Cast<__U, Output = PhantomData<__U>>,",
            "type Output = Mlp<__U, A, N>;",
            "fn cast_with(&self, __caster: &mut ::recurve::__private::Caster) -> Mlp<__U, A, N> {",
            "::recurve::__private::cast_frozen::<[Param<F>; N], __U>(&self.weights, \"weights\", __caster)",
            "act: ::recurve::__private::rebuild::<A>(&self.act, \"act\", __caster),",
            "kind: ::recurve::__private::cast::<PhantomData<F>, __U>(&self.kind, \"kind\", __caster)",
            "label: ::recurve::__private::keep::<String>(&self.label),",
            "next: ::recurve::__private::cast::<Option<Box<Self>>, __U>(&self.next, \"next\", __caster)",
        ],
    );
    assert!(!squeezed(&expansion).contains("Box<Self>>: "), "{expansion}");
}

#[test]
fn a_cast_of_an_enum_names_the_type() {
    let expansion = Module.expand("enum Layer<F> where F: recurve::Float { Deep(Param<F>) }");
    assert_lines(&expansion, &["Self::Deep { 0: __field_0 } => { Layer::Deep {", "where F: recurve::Float,"]);
}

#[test]
fn no_cast_where_no_bound_can_describe_the_recursion() {
    for source in [
        "struct A<F: Float>(Param<F>, Option<Box<Wrapper<Self>>>);",
        "struct A<F: Float>(Param<F>, #[module(skip)] fn(&A<F>));",
    ] {
        assert!(!Module.expand(source).contains("Cast"), "{source}");
    }
}

#[test]
fn no_cast_without_exactly_one_float() {
    for source in
        ["struct A<F>(Param<F>);", "struct A<F: Float, G: Float>(Param<F>, Param<G>);", "struct A(Param<f32>);"]
    {
        assert!(!Module.expand(source).contains("Cast"), "{source}");
    }
}

#[test]
fn no_cast_where_a_bound_holds_for_one_float_only() {
    for source in [
        "struct A<F: Float, C: Cell<Input = Tensor<F>>>(Param<F>, C);",
        "struct A<F: Float, C>(Param<F>, C) where C: Cell<Input = Tensor<F>>;",
        "#[module(bound = \"C: Cell<Input = Tensor<F>>\")] struct A<F: Float, C>(Param<F>, C);",
    ] {
        assert!(!Module.expand(source).contains("Cast"), "{source}");
    }
    for source in [
        "struct A<F: Float, L: Forward<Tensor<F>, Output = Tensor<F>>>(Param<F>, L);",
        "struct A<F: Float, C: Cell<Input = Tensor<usize>>>(Param<F>, C);",
    ] {
        assert!(Module.expand(source).contains("Cast"), "{source}");
    }
}

#[test]
fn a_state() {
    let expansion = State.expand("struct Memory<T> { hidden: T, cell: Tensor, #[state(skip)] steps: usize }");
    assert_lines(
        &expansion,
        &[
            "impl<T> ::recurve::Tensors for Memory<T> where T: ::recurve::Tensors, {",
            "fn visit_tensors(&self, __visitor: &mut dyn ::recurve::__private::TensorVisitor) {",
            "let _ = <Tensor as ::recurve::Tensors>::visit_tensors;",
            "::recurve::__private::visit_tensors::<T>(&self.hidden, \"hidden\", __visitor);",
            "fn map_tensors(&self, __map: &mut dyn ::recurve::__private::TensorMapper) -> Self {",
            "cell: ::recurve::__private::map_tensors::<Tensor>(&self.cell, \"cell\", __map),",
            "steps: ::recurve::__private::keep::<usize>(&self.steps),",
        ],
    );
}

#[test]
fn a_type_with_mistakes_keeps_its_impls() {
    let expansion = Module.expand("struct A<F: Float + Debug>(#[module(skipp)] Param<F>) where Vec<F>: Clone;");
    assert_lines(
        &expansion,
        &[
            "impl<F: Float + Debug> ::recurve::Module for A<F> where Vec<F>: Clone, {",
            "fn rebuild(&self, _: &mut dyn ::recurve::__private::Mapper) -> Self { ::core::unreachable!() }",
            "::recurve::Cast<__U> for A<F> where Vec<F>: Clone, __U: ::recurve::Float, __U: Float + Debug, Vec<__U>: Clone, {",
            "type Output = A<__U>;",
        ],
    );
}

#[test]
fn the_expansion_is_the_same_each_time() {
    let source = "struct A<F: Float, B, C>(Param<F>, B, C, (B, C)) where B: Copy;";
    assert_eq!(Module.expand(source), Module.expand(source));
}
