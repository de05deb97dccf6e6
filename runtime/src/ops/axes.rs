//! How axes are named.

use crate::array::shape::Shape;

/// The number of an axis: from the front (`0`, `1`, …), or from the back (`-1` is the last).
pub trait Axis: Copy {
    #[doc(hidden)]
    fn number(self) -> i64;

    #[doc(hidden)]
    fn resolve(self, rank: usize) -> Option<usize> {
        let number = self.number();
        let from_front = if number < 0 { number + rank as i64 } else { number };
        usize::try_from(from_front).ok().filter(|&axis| axis < rank)
    }
}

impl Axis for i32 {
    fn number(self) -> i64 {
        self.into()
    }
}

impl Axis for isize {
    fn number(self) -> i64 {
        self as i64
    }
}

impl Axis for usize {
    fn number(self) -> i64 {
        self as i64
    }
}

/// One axis, several (`[0, -1]`), or all of them (`..`).
pub trait Axes {
    #[doc(hidden)]
    fn resolve_all(&self, rank: usize) -> Option<Vec<usize>>;
}

impl<A: Axis> Axes for A {
    fn resolve_all(&self, rank: usize) -> Option<Vec<usize>> {
        Some(vec![self.resolve(rank)?])
    }
}

impl<A: Axis, const N: usize> Axes for [A; N] {
    fn resolve_all(&self, rank: usize) -> Option<Vec<usize>> {
        (&self[..]).resolve_all(rank)
    }
}

impl<A: Axis> Axes for &[A] {
    fn resolve_all(&self, rank: usize) -> Option<Vec<usize>> {
        let mut axes = self.iter().map(|axis| axis.resolve(rank)).collect::<Option<Vec<_>>>()?;
        axes.sort_unstable();
        axes.windows(2).all(|pair| pair[0] != pair[1]).then_some(axes)
    }
}

impl Axes for std::ops::RangeFull {
    fn resolve_all(&self, rank: usize) -> Option<Vec<usize>> {
        Some((0..rank).collect())
    }
}

#[track_caller]
pub(super) fn axis_of(place: &str, axis: impl Axis, shape: &[usize]) -> usize {
    let number = axis.number();
    match axis.resolve(shape.len()) {
        Some(axis) => axis,
        None => panic!("{place}: axis {number} is outside of shape {shape:?}"),
    }
}

#[track_caller]
pub(super) fn axes_of(place: &str, axes: impl Axes, shape: &[usize]) -> Vec<usize> {
    match axes.resolve_all(shape.len()) {
        Some(axes) => axes,
        None => panic!("{place}: axes must be distinct and inside of shape {shape:?}"),
    }
}

/// An array seen as `[outer, size, inner]` around one axis.
pub(crate) fn around(shape: &Shape, axis: usize) -> (usize, usize, usize) {
    (shape[..axis].iter().product(), shape[axis], shape[axis + 1..].iter().product())
}
