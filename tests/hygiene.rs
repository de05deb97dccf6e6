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
        first: Linear,
        #[module(frozen)]
        second: Linear,
        #[module(skip)]
        label: ::std::string::String,
        #[module(rename = "head")]
        last: ::std::option::Option<Linear>,
    }

    #[derive(::recurve::Module)]
    pub(crate) struct Tuple(Linear, #[module(skip)] u8);

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
        weights: [::recurve::Param<F>; N],
        activation: A,
        #[module(skip)]
        label: A,
    }

    #[derive(::recurve::State)]
    pub(crate) struct Memory<F: ::recurve::Float> {
        hidden: ::recurve::Tensor<F>,
        #[state(skip)]
        steps: u32,
    }
}

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
        value: A,
        children: Vec<Tree<A>>,
        other: Option<Box<Self>>,
    }

    #[derive(Module)]
    pub(crate) struct FloatTree<F: Float> {
        weight: Param<F>,
        children: Vec<Self>,
        next: Option<Box<FloatTree<F>>>,
    }

    /// Mutual recursion needs to be told its bounds.
    #[derive(Module)]
    #[module(bound = "A: ::recurve::Module")]
    pub(crate) struct Even<A>(A, Option<Box<Odd<A>>>);

    #[derive(Module)]
    #[module(bound = "A: ::recurve::Module")]
    pub(crate) struct Odd<A>(A, Option<Box<Even<A>>>);

    #[derive(Module)]
    pub(crate) struct PlainEven(Option<Box<PlainOdd>>);

    #[derive(Module)]
    pub(crate) struct PlainOdd(Option<Box<PlainEven>>);

    #[derive(Module)]
    pub(crate) struct Raw {
        r#type: Param,
        #[module(frozen)]
        r#match: Param,
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
        fn map(&self, mapper: &mut dyn ::recurve::__private::Mapper) -> Self {
            Hidden(self.0.map(mapper))
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
    #[derive(::recurve::Module)]
    pub(crate) struct Tensor;
}
