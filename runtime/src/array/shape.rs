//! Shapes held inline, and the NumPy rule of broadcasting.

use std::fmt;
use std::ops::Deref;

/// The largest number of axes a tensor can have.
pub const MAX_RANK: usize = 8;

/// The sizes of a tensor's axes, row-major, up to [`MAX_RANK`] of them, without an allocation.
///
/// Dereferences to a slice; made from arrays, slices and vectors.
///
/// # Panics
///
/// Conversions panic on more than [`MAX_RANK`] axes.
///
/// ```
/// use recurve::Shape;
///
/// let shape = Shape::from([2, 3, 4]);
/// assert_eq!(shape.count(), 24);
/// assert_eq!(&shape[1..], &[3, 4]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    sizes: [usize; MAX_RANK],
    /// As wide as the sizes, so that all of a shape that was just written can be copied without waiting.
    rank: usize,
}

impl Shape {
    /// The shape of a single number: no axes.
    pub const SCALAR: Self = Self { sizes: [0; MAX_RANK], rank: 0 };

    /// The number of elements: the product of the sizes, 1 without axes. `usize::MAX` if the product is larger, which
    /// no tensor can have.
    #[inline]
    pub fn count(&self) -> usize {
        self.iter().fold(1, |count: usize, &size| count.saturating_mul(size))
    }

    /// The number of axes.
    #[inline]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Steps between neighbours along each axis of a row-major array.
    pub(crate) fn strides(&self) -> Self {
        let mut strides = *self;
        let mut step = 1;
        for axis in (0..self.rank()).rev() {
            strides.sizes[axis] = step;
            step *= self.sizes[axis];
        }
        strides
    }

    /// The place of element `at` of a row-major array, one number per axis.
    pub(crate) fn index_of(&self, at: usize) -> Vec<usize> {
        self.strides().iter().zip(self.iter()).map(|(step, size)| at / step % size).collect()
    }

    pub(crate) fn with(&self, axis: usize, size: usize) -> Self {
        let mut shape = *self;
        shape[axis] = size;
        shape
    }

    pub(crate) fn without(&self, axis: usize) -> Self {
        self.iter().enumerate().filter(|(at, _)| *at != axis).map(|(_, size)| *size).collect()
    }

    pub(crate) fn inserted(&self, axis: usize, size: usize) -> Self {
        self[..axis].iter().copied().chain([size]).chain(self[axis..].iter().copied()).collect()
    }

    /// The common shape of two operands: sizes are aligned from the right, and 1 stretches.
    #[inline]
    pub(crate) fn broadcast(&self, other: &Self) -> Option<Self> {
        if self.same(other) { Some(*self) } else { self.stretched(other) }
    }

    /// As `==`, but inlined, and with a look only at the sizes that there are.
    #[inline]
    pub(crate) fn same(&self, other: &Self) -> bool {
        let pairs = self.sizes.iter().zip(&other.sizes);
        self.rank == other.rank && pairs.take(self.rank).all(|(own, other)| own == other)
    }

    fn stretched(&self, other: &Self) -> Option<Self> {
        let (long, short) = if self.rank >= other.rank { (self, other) } else { (other, self) };
        let mut result = *long;
        let lead = long.rank() - short.rank();
        for (axis, &size) in short.iter().enumerate() {
            let target = &mut result[lead + axis];
            match (*target, size) {
                (a, b) if a == b => {}
                (1, b) => *target = b,
                (_, 1) => {}
                _ => return None,
            }
        }
        Some(result)
    }

    /// Whether a tensor of this shape stretches to exactly `target`.
    pub(crate) fn broadcasts_to(&self, target: &Self) -> bool {
        self.broadcast(target).as_ref() == Some(target)
    }

    /// Strides of this shape read as `target`: 0 along stretched axes.
    pub(crate) fn strides_as(&self, target: &Self) -> Self {
        let own = self.strides();
        let lead = target.rank() - self.rank();
        let mut strides = *target;
        for axis in 0..target.rank() {
            let stretched = axis < lead || (self[axis - lead] == 1 && target[axis] != 1);
            strides[axis] = if stretched { 0 } else { own[axis - lead] };
        }
        strides
    }
}

impl Deref for Shape {
    type Target = [usize];

    #[inline]
    fn deref(&self) -> &[usize] {
        &self.sizes[..self.rank]
    }
}

impl std::ops::DerefMut for Shape {
    fn deref_mut(&mut self) -> &mut [usize] {
        &mut self.sizes[..self.rank]
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.deref())
    }
}

impl From<&[usize]> for Shape {
    #[track_caller]
    fn from(sizes: &[usize]) -> Self {
        assert!(sizes.len() <= MAX_RANK, "a tensor has at most {MAX_RANK} axes, found {}", sizes.len());
        let mut shape = Self { sizes: [0; MAX_RANK], rank: sizes.len() };
        shape.sizes[..sizes.len()].copy_from_slice(sizes);
        shape
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    #[track_caller]
    fn from(sizes: [usize; N]) -> Self {
        Self::from(&sizes[..])
    }
}

impl<const N: usize> From<&[usize; N]> for Shape {
    #[track_caller]
    fn from(sizes: &[usize; N]) -> Self {
        Self::from(&sizes[..])
    }
}

impl From<Vec<usize>> for Shape {
    #[track_caller]
    fn from(sizes: Vec<usize>) -> Self {
        Self::from(&sizes[..])
    }
}

impl From<&Self> for Shape {
    fn from(shape: &Self) -> Self {
        *shape
    }
}

impl FromIterator<usize> for Shape {
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = usize>>(sizes: I) -> Self {
        let mut shape = Self::SCALAR;
        for size in sizes {
            assert!(shape.rank() < MAX_RANK, "a tensor has at most {MAX_RANK} axes");
            shape.sizes[shape.rank()] = size;
            shape.rank += 1;
        }
        shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcasting_aligns_from_the_right() {
        let of = |a: &[usize], b: &[usize]| Shape::from(a).broadcast(&Shape::from(b)).map(|s| s.to_vec());
        assert_eq!(of(&[2, 3], &[3]), Some(vec![2, 3]));
        assert_eq!(of(&[2, 1], &[1, 4]), Some(vec![2, 4]));
        assert_eq!(of(&[], &[5]), Some(vec![5]));
        assert_eq!(of(&[0, 3], &[1, 3]), Some(vec![0, 3]));
        assert_eq!(of(&[2, 3], &[2]), None);
    }

    #[test]
    fn counts_do_not_wrap() {
        let large = usize::MAX / 2;
        assert_eq!(Shape::from([large, large, 2]).count(), usize::MAX);
        assert_eq!(Shape::from([large, large, 0]).count(), 0);
    }

    #[test]
    fn stretched_axes_have_stride_zero() {
        let shape = Shape::from([3, 1]);
        assert_eq!(&*shape.strides_as(&Shape::from([2, 3, 4])), &[0, 1, 0]);
    }
}
