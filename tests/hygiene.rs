//! The derives survive whatever the user's file calls things, and every shape that has a meaning compiles without a
//! warning.

#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]
#![deny(deprecated, non_snake_case, rust_2018_idioms, private_bounds, private_interfaces, single_use_lifetimes)]
#![forbid(unsafe_code)]
#![allow(dead_code)]
#![no_implicit_prelude]

/// Names of the prelude, taken by somebody else.
mod shadowed {
    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Vec;
    pub(crate) struct Box;
    pub(crate) struct String;
    pub(crate) struct Sized;
    pub(crate) trait Clone {}
    pub(crate) trait Copy {}
    pub(crate) trait Default {}
    pub(crate) trait Module {}
    pub(crate) trait Tensors {}
    pub(crate) trait Cast {}
    pub(crate) trait Visitor {}
    pub(crate) trait Mapper {}
    pub(crate) struct Caster;
    pub(crate) fn visit() {}
    pub(crate) fn map() {}
    pub(crate) fn keep() {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod recurve {}
    pub(crate) mod __private {}
}

/// All shapes in a file where every name is taken.
mod taken {
    #[allow(unused_imports)]
    use super::shadowed::*;

    type Linear = ::recurve::Param<f32>;

    #[derive(::recurve::Module)]
    pub(crate) struct Named {
        pub(crate) first: Linear,
        #[module(frozen)]
        pub(crate) second: Linear,
        #[module(skip)]
        pub(crate) label: ::std::string::String,
        #[module(rename = "head")]
        pub(crate) last: ::std::option::Option<Linear>,
    }

    #[derive(::recurve::Module)]
    pub(crate) struct Tuple(pub(crate) Linear, #[module(skip)] pub(crate) u8);

    #[derive(::recurve::Module)]
    pub(crate) struct Unit;

    #[derive(::recurve::Module)]
    pub(crate) struct Braces {}

    #[derive(::recurve::Module)]
    pub(crate) enum Mixed<F: ::recurve::Float> {
        Nothing,
        One(::recurve::Param<F>),
        Two { left: ::recurve::Param<F>, right: ::std::boxed::Box<Mixed<F>> },
        Three(#[module(skip)] u8, #[module(frozen)] Linear),
    }

    #[derive(::recurve::Module)]
    pub(crate) enum Never {}

    #[derive(::recurve::Module)]
    pub(crate) struct Generic<F, A, const N: usize = 2>
    where
        F: ::recurve::Float + ::std::fmt::Debug,
    {
        pub(crate) weights: [::recurve::Param<F>; N],
        pub(crate) activation: A,
        #[module(skip)]
        pub(crate) label: A,
    }

    #[derive(::recurve::State)]
    pub(crate) struct Memory<F: ::recurve::Float> {
        pub(crate) hidden: ::recurve::Tensor<F>,
        #[state(skip)]
        pub(crate) steps: u32,
    }
}

#[path = "hygiene/cells.rs"]
mod cells;

/// Shapes of types.
mod shapes {
    use ::recurve::{Float, Module, Param, State, Tensor};
    use ::std::boxed::Box;
    use ::std::clone::Clone;
    use ::std::collections::BTreeMap;
    use ::std::marker::PhantomData;
    use ::std::option::Option;
    use ::std::string::String;
    use ::std::vec::Vec;

    /// Recursion through the own name, `Self` and a generic own name.
    #[derive(Module)]
    pub(crate) struct Tree<A> {
        pub(crate) value: A,
        pub(crate) children: Vec<Tree<A>>,
        pub(crate) other: Option<Box<Self>>,
    }

    #[derive(Module)]
    pub(crate) struct FloatTree<F: Float> {
        pub(crate) weight: Param<F>,
        pub(crate) children: Vec<Self>,
        pub(crate) next: Option<Box<FloatTree<F>>>,
    }

    /// A part of a recursive type that is bounded, and one that no cast can describe.
    #[derive(Module)]
    pub(crate) struct Pairs<A, F: Float> {
        pub(crate) pairs: Vec<(A, u8, Pairs<A, F>)>,
        pub(crate) weight: Param<F>,
    }

    #[derive(Module)]
    pub(crate) struct Hooked<F: Float> {
        weight: Param<F>,
        #[module(skip)]
        hook: fn(&Self) -> F,
        wrapped: Option<Box<Defaults<Hooked<F>, 1>>>,
    }

    #[derive(Module)]
    #[module(bound = "")]
    pub(crate) struct FloatEven<F: Float>(Param<F>, Option<Box<FloatOdd<F>>>);

    #[derive(Module)]
    #[module(bound = "")]
    pub(crate) struct FloatOdd<F: Float>(Param<F>, Option<Box<FloatEven<F>>>);

    /// A type around another one of the same name.
    #[derive(Module)]
    pub(crate) struct Outer<F: Float>(super::own::Outer<F>);

    /// A variant called like the associated type of `Cast`.
    #[derive(Module)]
    pub(crate) enum Ambiguous<F: Float> {
        Output(Param<F>),
        Error,
    }

    #[derive(Module)]
    #[deprecated]
    pub(crate) enum OldVariants<F: Float> {
        #[deprecated]
        Old(Param<F>),
        New {
            #[deprecated]
            weight: Param<F>,
        },
    }

    macro_rules! from_a_macro {
        ($name:ident, $field:ident: $type:ty) => {
            #[derive(Module)]
            pub(crate) struct $name<F: Float> {
                $field: $type,
                of_the_macro: Param<F>,
                next: Option<Box<$name<F>>>,
            }
        };
    }

    from_a_macro!(FromAMacro, of_the_caller: Vec<Param>);

    pub(crate) fn local() {
        #[derive(Module)]
        struct Local<F: Float>(Param<F>);

        #[derive(State)]
        struct LocalState(Tensor);
    }

    /// Mutual recursion needs to be told its bounds.
    #[derive(Module)]
    #[module(bound = "A: ::recurve::Module")]
    pub(crate) struct Even<A>(pub(crate) A, pub(crate) Option<Box<Odd<A>>>);

    #[derive(Module)]
    #[module(bound = "A: ::recurve::Module")]
    pub(crate) struct Odd<A>(pub(crate) A, pub(crate) Option<Box<Even<A>>>);

    #[derive(Module)]
    pub(crate) struct PlainEven(Option<Box<PlainOdd>>);

    #[derive(Module)]
    pub(crate) struct PlainOdd(Option<Box<PlainEven>>);

    #[derive(Module)]
    pub(crate) struct Raw {
        pub(crate) r#type: Param,
        #[module(frozen)]
        pub(crate) r#match: Param,
    }

    #[derive(Module)]
    pub(crate) enum RawVariants {
        r#Loop { r#in: Param, self_: Param },
    }

    #[derive(Module)]
    pub(crate) struct Conditional {
        weight: Param,
        #[cfg(any())]
        absent: Absent,
        #[cfg(test)]
        #[cfg_attr(all(), module(skip))]
        present: u8,
    }

    #[derive(Module)]
    pub(crate) struct Defaults<A: Module = Param, const N: usize = 3> {
        weights: [A; N],
    }

    #[derive(Module)]
    pub(crate) struct Marked<'a, T: ?::std::marker::Sized> {
        weight: Param,
        marker: PhantomData<&'a T>,
        name: &'static str,
        function: fn(f32) -> f32,
    }

    struct Hidden<A>(A);

    impl<A: Module> Module for Hidden<A> {
        fn visit(&self, _: &mut dyn ::recurve::__private::Visitor) {}
        fn rebuild(&self, mapper: &mut dyn ::recurve::__private::Mapper) -> Self {
            Hidden(self.0.rebuild(mapper))
        }
    }

    /// A private type stands in the where clause.
    #[derive(Module)]
    #[allow(unreachable_pub)] // types in the bounds of private items are looked at by no lint
    pub struct Public<A> {
        hidden: Hidden<A>,
    }

    #[derive(Module)]
    pub(crate) struct Old {
        #[deprecated]
        weight: Param,
        /// Two of them.
        pair: (Param, BTreeMap<String, Param>),
    }

    #[derive(Module)]
    #[allow(non_snake_case)]
    pub(crate) struct Letters {
        W: Param,
        __visitor: Param,
        __mapper: Param,
        __U: Param,
    }

    trait Kind {
        type Layer;
    }

    #[derive(Module)]
    pub(crate) struct Associated<K: AssociatedKind> {
        layer: K::Layer,
    }

    pub(crate) trait AssociatedKind {
        type Layer: Module;
    }

    #[derive(Module)]
    pub(crate) struct Relations<F: Float, A: From2<F>>
    where
        A: Clone,
        Vec<F>: Clone,
    {
        #[module(skip)]
        table: A,
        weight: Param<F>,
        #[module(skip)]
        last: Tensor<F>,
        both: (Param<F>, Option<Param<F>>),
    }

    pub(crate) trait From2<F> {}

    #[derive(State)]
    pub(crate) struct Pair<T>(T, Option<Tensor>);

    #[derive(State)]
    pub(crate) struct Nothing;

    #[derive(State)]
    #[state(crate = ::recurve, bound = "T: ::recurve::Tensors")]
    pub(crate) struct Bounded<T> {
        tensors: (T, T),
    }

    /// A recurrent cell that happens to be called like one of the standard library.
    #[derive(Module)]
    pub(crate) struct Cell {
        weight: Param,
    }

    #[derive(Module)]
    pub(crate) struct WithCell {
        cell: Cell,
        own: super::own::Tensor,
    }
}

/// A type called like one of the runtime; a path that begins with `super` says so.
mod own {
    use ::recurve::{Float, Module, Param};

    #[derive(Module)]
    pub(crate) struct Outer<F: Float>(Param<F>);

    #[derive(::recurve::Module)]
    pub(crate) struct Tensor;
}

/// What compiles also does what the attributes say.
mod behaviour {
    use super::{shapes, taken};
    use ::recurve::{Module, Param, Parameter, Tensor, Tensors};
    use ::std::iter::{IntoIterator, Iterator};
    use ::std::prelude::v1::{Box, From, None, Some, String, ToOwned, Vec};
    use ::std::{assert, assert_eq, vec};

    fn weight() -> Param {
        Param::new(Tensor::ones([2]))
    }

    fn names(model: &impl Module) -> Vec<String> {
        let parameters = model.parameters().unwrap();
        parameters.iter().map(|parameter| parameter.path().to_owned()).collect()
    }

    fn frozen(model: &impl Module) -> Vec<String> {
        let parameters = model.parameters().unwrap().into_iter();
        parameters.filter(Parameter::is_frozen).map(|parameter| parameter.path().to_owned()).collect()
    }

    #[test]
    fn fields_are_named_renamed_frozen_and_skipped() {
        let label = String::from("label");
        let model = taken::Named { first: weight(), second: weight(), label, last: Some(weight()) };
        assert_eq!(names(&model), ["first", "second", "head"]);
        assert_eq!(frozen(&model), ["second"]);
        assert_eq!(model.duplicate().label, "label");
        assert_eq!(names(&taken::Tuple(weight(), 3)), ["0"]);
        assert_eq!(taken::Tuple(weight(), 3).share().1, 3);
        assert!(names(&taken::Unit).is_empty());
    }

    #[test]
    fn variants_stand_before_their_fields() {
        let one = taken::Mixed::One(weight());
        assert_eq!(names(&one), ["One.0"]);
        let two = taken::Mixed::Two { left: weight(), right: Box::new(one) };
        assert_eq!(names(&two), ["Two.left", "Two.right.One.0"]);
        assert_eq!(frozen(&taken::Mixed::<f32>::Three(3, weight())), ["Three.1"]);
        assert!(matches_nothing(&taken::Mixed::<f32>::Nothing.duplicate()));
    }

    fn matches_nothing(layer: &taken::Mixed<f32>) -> bool {
        ::std::matches!(layer, taken::Mixed::Nothing)
    }

    #[test]
    fn raw_identifiers_lose_their_mark() {
        assert_eq!(names(&shapes::Raw { r#type: weight(), r#match: weight() }), ["type", "match"]);
        assert_eq!(names(&shapes::RawVariants::Loop { r#in: weight(), self_: weight() }), ["Loop.in", "Loop.self_"]);
    }

    #[test]
    fn recursive_types_are_walked_depth_first() {
        let leaf = || shapes::Tree { value: weight(), children: vec![], other: None };
        let tree = shapes::Tree { value: weight(), children: vec![leaf(), leaf()], other: Some(Box::new(leaf())) };
        assert_eq!(names(&tree), ["value", "children.0.value", "children.1.value", "other.value"]);
        assert_eq!(names(&shapes::Even(weight(), Some(Box::new(shapes::Odd(weight(), None))))), ["0", "1.0"]);
    }

    #[test]
    fn generic_types_are_cast() {
        let leaf = || shapes::FloatTree { weight: weight(), children: vec![], next: None };
        let tree = shapes::FloatTree { weight: weight(), children: vec![leaf()], next: Some(Box::new(leaf())) };
        let double: shapes::FloatTree<f64> = tree.cast::<f64>().unwrap();
        assert_eq!(names(&double), ["weight", "children.0.weight", "next.weight"]);
        let two = taken::Mixed::Two { left: weight(), right: Box::new(taken::Mixed::Three(3, weight())) };
        let double: taken::Mixed<f64> = two.cast::<f64>().unwrap();
        assert_eq!(names(&double), ["Two.left", "Two.right.Three.1"]);
        assert_eq!(frozen(&double), ["Two.right.Three.1"]);
    }

    #[test]
    fn parts_of_recursive_types_are_cast() {
        let leaf = shapes::Pairs { pairs: vec![], weight: weight() };
        let model = shapes::Pairs { pairs: vec![(weight(), 3, leaf)], weight: weight() };
        assert_eq!(names(&model), ["pairs.0.0", "pairs.0.2.weight", "weight"]);
    }

    #[test]
    fn a_cast_keeps_what_does_not_mention_the_float() {
        let model = taken::Generic { weights: [weight(), weight()], activation: 3_u8, label: 4 };
        let double: taken::Generic<f64, u8> = model.cast::<f64>().unwrap();
        assert_eq!((double.activation, double.label), (3, 4));
        assert_eq!(names(&double), ["weights.0", "weights.1"]);
    }

    #[test]
    fn states_are_rebuilt_with_what_was_skipped() {
        let state = taken::Memory { hidden: Tensor::<f32>::ones([2]), steps: 3 };
        let detached = state.detach();
        assert_eq!(detached.steps, 3);
        assert_eq!(detached.hidden.shape(), [2]);
    }
}
