//! Row-major arrays over shared, pooled storage. No derivatives here.

pub(crate) mod element;
pub(crate) mod kernels;
pub(crate) mod shape;
pub(crate) mod storage;

use element::Element;
use kernels::Operand;
use shape::Shape;
use storage::Storage;

/// Elements in row-major order: a range of a shared block, read as `shape`. Cloning shares; writing copies if shared.
#[derive(Clone)]
pub(crate) struct Array<E: Element> {
    storage: Storage<E>,
    offset: usize,
    /// The product of the sizes, which each access to the elements needs.
    count: usize,
    shape: Shape,
}

impl<E: Element> Array<E> {
    /// A new array that `fill` writes; it sees unspecified values and must write all of them.
    #[inline]
    pub(crate) fn build(shape: Shape, fill: impl FnOnce(&mut [E])) -> Self {
        Self::build_counted(shape.count(), &shape, fill)
    }

    /// As [`build`](Self::build), with the shape of this array.
    #[inline]
    pub(crate) fn build_alike(&self, fill: impl FnOnce(&mut [E])) -> Self {
        Self::build_counted(self.count, &self.shape, fill)
    }

    #[inline]
    fn build_counted(count: usize, shape: &Shape, fill: impl FnOnce(&mut [E])) -> Self {
        let mut storage = Storage::stale(count);
        let elements = storage.unique().unwrap_or_else(|| unreachable!("storage from the pool has one owner"));
        fill(&mut elements[..count]);
        Self { storage, offset: 0, count, shape: *shape }
    }

    pub(crate) fn filled(shape: Shape, value: E) -> Self {
        Self::build(shape, |elements| elements.fill(value))
    }

    pub(crate) fn copied(elements: &[E], shape: Shape) -> Self {
        debug_assert_eq!(elements.len(), shape.count());
        Self::build(shape, |to| to.copy_from_slice(elements))
    }

    /// Takes over a vector. Small ones are copied into pooled memory, which is cheaper than freeing them later.
    pub(crate) fn moved(elements: Vec<E>, shape: Shape) -> Self {
        debug_assert_eq!(elements.len(), shape.count());
        if size_of_val(&elements[..]) <= 4096 {
            return Self::copied(&elements, shape);
        }
        let count = elements.len();
        Self { storage: Storage::moved(elements), offset: 0, count, shape }
    }

    #[inline]
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        &self.storage.as_slice()[self.offset..self.offset + self.count]
    }

    /// The elements for writing; copies them first if another array shares them.
    pub(crate) fn make_mut(&mut self) -> &mut [E] {
        if self.storage.unique().is_none() {
            *self = Self::copied(self.as_slice(), self.shape);
        }
        let elements = self.storage.unique().unwrap_or_else(|| unreachable!("just copied"));
        &mut elements[self.offset..self.offset + self.count]
    }

    /// The elements for writing, if no other array shares them.
    pub(crate) fn unique(&mut self) -> Option<&mut [E]> {
        let (offset, count) = (self.offset, self.count);
        Some(&mut self.storage.unique()?[offset..offset + count])
    }

    pub(crate) fn into_vec(self) -> Vec<E> {
        if self.offset != 0 {
            return self.as_slice().to_vec();
        }
        let (count, shape) = (self.count, self.shape);
        match self.storage.into_vec() {
            Ok(mut elements) => {
                elements.truncate(count);
                elements
            }
            Err(storage) => Self { storage, offset: 0, count, shape }.as_slice().to_vec(),
        }
    }

    /// The same elements under another shape with the same count.
    pub(crate) fn reshaped(&self, shape: Shape) -> Self {
        debug_assert_eq!(self.count, shape.count());
        Self { storage: self.storage.clone(), offset: self.offset, count: self.count, shape }
    }

    /// A range of consecutive elements under `shape`, sharing the storage.
    pub(crate) fn range(&self, start: usize, shape: Shape) -> Self {
        let count = shape.count();
        debug_assert!(start + count <= self.count);
        Self { storage: self.storage.clone(), offset: self.offset + start, count, shape }
    }

    /// The elements without their shape, shared.
    #[inline]
    pub(crate) fn values(&self) -> Values<E> {
        Values { storage: self.storage.clone(), offset: self.offset }
    }

    #[inline]
    pub(crate) fn operand(&self) -> Operand<'_, E> {
        Operand { elements: self.as_slice(), shape: &self.shape }
    }
}

/// Elements whose shape is kept elsewhere, or none.
pub(crate) struct Values<E: Element> {
    storage: Storage<E>,
    offset: usize,
}

impl<E: Element> Values<E> {
    pub(crate) const NONE: Self = Self { storage: Storage::HOLLOW, offset: 0 };

    /// The array with these elements and the shape that they had.
    pub(crate) fn shaped(&self, shape: Shape) -> Array<E> {
        Array { storage: self.storage.clone(), offset: self.offset, count: shape.count(), shape }
    }
}
