//! What a tree can hold besides structs and parameters: leaves without parameters, and containers of modules.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::{Cast, Caster, Mapper, Module, Segment, Visitor, cast_at, rebuild_at, visit_at};
use crate::array::element::Float;

macro_rules! leaf {
    ($($type:ty),*) => {$(
        impl Module for $type {
            fn visit(&self, _: &mut dyn Visitor) {}
            fn rebuild(&self, _: &mut dyn Mapper) -> Self {
                self.clone()
            }
        }

        impl<U: Float> Cast<U> for $type {
            type Output = Self;
            fn cast_with(&self, _: &mut Caster) -> Self {
                self.clone()
            }
        }
    )*};
}

leaf!(bool, char, String, &'static str, f32, f64, ());
leaf!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

impl<T: ?Sized> Module for PhantomData<T> {
    fn visit(&self, _: &mut dyn Visitor) {}

    fn rebuild(&self, _: &mut dyn Mapper) -> Self {
        Self
    }
}

impl<M: Module> Module for Option<M> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(module) = self {
            module.visit(visitor);
        }
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        self.as_ref().map(|module| module.rebuild(mapper))
    }
}

impl<M: Cast<U>, U: Float> Cast<U> for Option<M> {
    type Output = Option<M::Output>;

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        self.as_ref().map(|module| module.cast_with(caster))
    }
}

impl<M: Module> Module for Box<M> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        (**self).visit(visitor);
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        Self::new((**self).rebuild(mapper))
    }
}

impl<M: Cast<U>, U: Float> Cast<U> for Box<M> {
    type Output = Box<M::Output>;

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        Box::new((**self).cast_with(caster))
    }
}

impl<M: Module> Module for Vec<M> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.iter().enumerate().for_each(|(at, module)| visit_at(module, Segment::Index(at), false, visitor));
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        self.iter().enumerate().map(|(at, module)| rebuild_at(module, Segment::Index(at), false, mapper)).collect()
    }
}

impl<M: Cast<U>, U: Float> Cast<U> for Vec<M> {
    type Output = Vec<M::Output>;

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        self.iter().enumerate().map(|(at, module)| cast_at(module, Segment::Index(at), false, caster)).collect()
    }
}

impl<M: Module, const N: usize> Module for [M; N] {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.iter().enumerate().for_each(|(at, module)| visit_at(module, Segment::Index(at), false, visitor));
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        std::array::from_fn(|at| rebuild_at(&self[at], Segment::Index(at), false, mapper))
    }
}

impl<M: Cast<U>, U: Float, const N: usize> Cast<U> for [M; N] {
    type Output = [M::Output; N];

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        std::array::from_fn(|at| cast_at(&self[at], Segment::Index(at), false, caster))
    }
}

impl<M: Module> Module for BTreeMap<String, M> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.iter().for_each(|(key, module)| visit_at(module, Segment::Key(key), false, visitor));
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        self.iter().map(|(key, module)| (key.clone(), rebuild_at(module, Segment::Key(key), false, mapper))).collect()
    }
}

impl<M: Cast<U>, U: Float> Cast<U> for BTreeMap<String, M> {
    type Output = BTreeMap<String, M::Output>;

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        self.iter().map(|(key, module)| (key.clone(), cast_at(module, Segment::Key(key), false, caster))).collect()
    }
}

macro_rules! tuple {
    ($($module:ident $index:tt),+) => {
        impl<$($module: Module),+> Module for ($($module,)+) {
            fn visit(&self, visitor: &mut dyn Visitor) {
                $(visit_at(&self.$index, Segment::Index($index), false, visitor);)+
            }

            fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
                ($(rebuild_at(&self.$index, Segment::Index($index), false, mapper),)+)
            }
        }

        impl<__U: Float, $($module: Cast<__U>),+> Cast<__U> for ($($module,)+) {
            type Output = ($($module::Output,)+);

            fn cast_with(&self, caster: &mut Caster) -> Self::Output {
                ($(cast_at(&self.$index, Segment::Index($index), false, caster),)+)
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

macro_rules! function {
    ($($argument:ident),*) => {
        #[allow(coherence_leak_check)]
        impl<Z, $($argument),*> Module for fn($($argument),*) -> Z {
            fn visit(&self, _: &mut dyn Visitor) {}
            fn rebuild(&self, _: &mut dyn Mapper) -> Self {
                *self
            }
        }
    };
}

function!();
function!(A);
function!(A, B);
function!(A, B, C);

// Activations and the like: a function that borrows its argument is a type of its own. The lint warns of a change
// of the compiler that would make the two overlap; the change was given up (rust-lang/rust#56105).
#[allow(coherence_leak_check)]
impl<Z, A: ?Sized> Module for for<'a> fn(&'a A) -> Z {
    fn visit(&self, _: &mut dyn Visitor) {}
    fn rebuild(&self, _: &mut dyn Mapper) -> Self {
        *self
    }
}
