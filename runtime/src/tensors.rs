//! Whatever holds tensors that are not parameters: inputs, outputs and states of cells.

use crate::array::element::Element;
use crate::module::Segment;
use crate::tensor::Tensor;

/// A value made of tensors: a tensor, a tuple of such values, `()`, or a struct with `#[derive(State)]`.
///
/// ```
/// use recurve::{State, Tensor, Tensors};
///
/// #[derive(State)]
/// struct LstmState {
///     h: Tensor,
///     c: Tensor,
/// }
///
/// let state = LstmState { h: Tensor::zeros([2, 4]), c: Tensor::ones([2, 4]) };
/// let carried: LstmState = state.detach();
/// assert_eq!(carried.c.sum().item(), 8.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of tensors",
    note = "add `#[derive(State)]` to `{Self}`, or mark the field `#[state(skip)]`"
)]
pub trait Tensors: Sized {
    /// Shows each tensor to `visitor`, in declaration order.
    fn visit_tensors(&self, visitor: &mut dyn TensorVisitor);

    /// The same value with every tensor replaced by what `mapper` makes of it, in declaration order.
    #[must_use]
    fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self;

    /// The same values without the records of how they were computed: the boundary of truncated back-propagation.
    #[must_use]
    fn detach(&self) -> Self {
        self.map_tensors(&mut Detach { scope: None })
    }

    /// Something for an optional value that a mapper wants to be there, if the type has it.
    #[doc(hidden)]
    #[must_use]
    fn vacant() -> Option<Self> {
        None
    }
}

/// Sees the tensors of a value.
pub trait TensorVisitor {
    /// A named or numbered part begins.
    fn enter(&mut self, _segment: Segment<'_>) {}
    /// The part that began last ends.
    fn leave(&mut self) {}
    /// A tensor of real numbers.
    fn f32(&mut self, tensor: &Tensor<f32>);
    /// A tensor of real numbers.
    fn f64(&mut self, tensor: &Tensor<f64>);
    /// A tensor of indices.
    fn usize(&mut self, tensor: &Tensor<usize>);
    /// A mask.
    fn bool(&mut self, tensor: &Tensor<bool>);
}

/// Rebuilds a value made of tensors.
pub trait TensorMapper {
    /// A named or numbered part begins.
    fn enter(&mut self, _segment: Segment<'_>) {}
    /// The part that began last ends.
    fn leave(&mut self) {}
    /// Whether an optional value at this place should be there, where `present` says whether it is. If it is not, a tensor
    /// without elements stands for it. Provided: as it is.
    fn keeps(&mut self, present: bool) -> bool {
        present
    }
    /// What stands for a tensor of real numbers.
    fn f32(&mut self, tensor: &Tensor<f32>) -> Tensor<f32>;
    /// What stands for a tensor of real numbers.
    fn f64(&mut self, tensor: &Tensor<f64>) -> Tensor<f64>;
    /// What stands for a tensor of indices.
    fn usize(&mut self, tensor: &Tensor<usize>) -> Tensor<usize>;
    /// What stands for a mask.
    fn bool(&mut self, tensor: &Tensor<bool>) -> Tensor<bool>;
}

/// Implements the typed methods of [`TensorMapper`] by one generic method of a type, or by one for real numbers and
/// one for the rest.
macro_rules! map_each_element {
    ($real:ident, $plain:ident) => {
        fn f32(&mut self, tensor: &$crate::Tensor<f32>) -> $crate::Tensor<f32> {
            self.$real(tensor)
        }
        fn f64(&mut self, tensor: &$crate::Tensor<f64>) -> $crate::Tensor<f64> {
            self.$real(tensor)
        }
        fn usize(&mut self, tensor: &$crate::Tensor<usize>) -> $crate::Tensor<usize> {
            self.$plain(tensor)
        }
        fn bool(&mut self, tensor: &$crate::Tensor<bool>) -> $crate::Tensor<bool> {
            self.$plain(tensor)
        }
    };
    ($method:ident) => {
        map_each_element!($method, $method);
    };
}
pub(crate) use map_each_element;

/// Implements the typed methods of [`TensorVisitor`] by one generic method of a type.
macro_rules! visit_each_element {
    ($method:ident) => {
        fn f32(&mut self, tensor: &$crate::Tensor<f32>) {
            self.$method(tensor);
        }
        fn f64(&mut self, tensor: &$crate::Tensor<f64>) {
            self.$method(tensor);
        }
        fn usize(&mut self, tensor: &$crate::Tensor<usize>) {
            self.$method(tensor);
        }
        fn bool(&mut self, tensor: &$crate::Tensor<bool>) {
            self.$method(tensor);
        }
    };
}
pub(crate) use visit_each_element;

/// Detaches all tensors, or with a scope only those that depend on nothing outside of it.
pub(crate) struct Detach {
    pub(crate) scope: Option<u64>,
}

impl Detach {
    fn tensor<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        match (self.scope, &*tensor.node) {
            (Some(scope), Some(node)) if node.reaches_around(scope) => tensor.clone(),
            _ => tensor.detach(),
        }
    }
}

impl TensorMapper for Detach {
    map_each_element!(tensor);
}

/// Which method of a visitor or mapper sees a tensor.
#[doc(hidden)]
pub trait Shown: Sized {
    fn show(tensor: &Tensor<Self>, visitor: &mut dyn TensorVisitor)
    where
        Self: Element;
    fn map(tensor: &Tensor<Self>, mapper: &mut dyn TensorMapper) -> Tensor<Self>
    where
        Self: Element;
}

macro_rules! shown {
    ($($type:ident),*) => {$(
        impl Shown for $type {
            fn show(tensor: &Tensor<Self>, visitor: &mut dyn TensorVisitor) {
                visitor.$type(tensor);
            }
            fn map(tensor: &Tensor<Self>, mapper: &mut dyn TensorMapper) -> Tensor<Self> {
                mapper.$type(tensor)
            }
        }
    )*};
}

shown!(f32, f64, usize, bool);

impl<E: Element> Tensors for Tensor<E> {
    fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
        E::show(self, visitor);
    }

    fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self {
        E::map(self, mapper)
    }

    fn vacant() -> Option<Self> {
        Some(Self::full([0], E::default()))
    }
}

macro_rules! without_tensors {
    ($($type:ty),*) => {$(
        impl Tensors for $type {
            fn visit_tensors(&self, _: &mut dyn TensorVisitor) {}
            fn map_tensors(&self, _: &mut dyn TensorMapper) -> Self {
                self.clone()
            }
        }
    )*};
}

without_tensors!((), bool, f32, f64, usize, String);

impl<T: Tensors> Tensors for Option<T> {
    fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
        if let Some(value) = self {
            value.visit_tensors(visitor);
        }
    }

    fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self {
        match (self, mapper.keeps(self.is_some())) {
            (_, false) => None,
            (Some(value), true) => Some(value.map_tensors(mapper)),
            (None, true) => T::vacant().map(|value| value.map_tensors(mapper)),
        }
    }
}

/// Shows one part to a visitor.
pub(crate) fn visit_at<T: Tensors>(value: &T, segment: Segment<'_>, visitor: &mut dyn TensorVisitor) {
    visitor.enter(segment);
    value.visit_tensors(visitor);
    visitor.leave();
}

/// Rebuilds one part.
pub(crate) fn map_at<T: Tensors>(value: &T, segment: Segment<'_>, mapper: &mut dyn TensorMapper) -> T {
    mapper.enter(segment);
    let mapped = value.map_tensors(mapper);
    mapper.leave();
    mapped
}

impl<T: Tensors> Tensors for Vec<T> {
    fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
        for (at, value) in self.iter().enumerate() {
            visit_at(value, Segment::Index(at), visitor);
        }
    }

    fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self {
        self.iter().enumerate().map(|(at, value)| map_at(value, Segment::Index(at), mapper)).collect()
    }
}

macro_rules! tuple {
    ($($part:ident $index:tt),+) => {
        impl<$($part: Tensors),+> Tensors for ($($part,)+) {
            fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
                $(visit_at(&self.$index, Segment::Index($index), visitor);)+
            }

            fn map_tensors(&self, mapper: &mut dyn TensorMapper) -> Self {
                ($(map_at(&self.$index, Segment::Index($index), mapper),)+)
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
