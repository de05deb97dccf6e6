//! Shared buffers of elements, 64-byte aligned, that return to a pool when the last owner drops them.
//!
//! A fresh large buffer costs ten times the copy into it in page faults, and a fresh small one a call to the allocator:
//! both are avoided by keeping what was used before. Pooled memory keeps its old, valid elements, so nothing here is
//! ever uninitialised.
#![allow(unsafe_code)]
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::RefCell;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::thread::LocalKey;

use super::element::Element;

/// Cache line and widest vector register of current machines.
const ALIGNMENT: usize = 64;

/// Bytes that one thread keeps for reuse.
const KEPT_BYTES: usize = 256 << 20;

/// A heap allocation at a multiple of [`ALIGNMENT`], zeroed at first. Its capacity is that of its class.
pub struct Aligned<E: Element> {
    pointer: NonNull<E>,
    capacity: usize,
    class: usize,
}

// SAFETY: `Aligned` owns its allocation alone, like `Vec<E>`; elements are plain numbers.
unsafe impl<E: Element> Send for Aligned<E> {}
// SAFETY: shared access only reads elements, which are plain numbers.
unsafe impl<E: Element> Sync for Aligned<E> {}

impl<E: Element> Aligned<E> {
    fn layout(capacity: usize) -> Layout {
        let layout = Layout::array::<E>(capacity).and_then(|layout| layout.align_to(ALIGNMENT));
        layout.expect("a tensor's bytes fit the address space")
    }

    fn new(class: usize) -> Self {
        let capacity = capacity_of(class);
        let layout = Self::layout(capacity);
        // SAFETY: the layout has a size: capacities are at least `SMALLEST`, and no element type has size zero.
        let pointer = unsafe { alloc_zeroed(layout) };
        let Some(pointer) = NonNull::new(pointer.cast::<E>()) else { handle_alloc_error(layout) };
        Self { pointer, capacity, class }
    }

    fn as_slice(&self) -> &[E] {
        // SAFETY: the allocation holds `capacity` elements; all bits zero is a value of every `Element` (sealed to
        // f32, f64, usize and bool), and safe code has only written elements since.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.capacity) }
    }

    fn as_mut_slice(&mut self) -> &mut [E] {
        // SAFETY: as in `as_slice`, and `&mut self` is the only access.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.capacity) }
    }
}

impl<E: Element> Drop for Aligned<E> {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with the same layout.
        unsafe { dealloc(self.pointer.as_ptr().cast(), Self::layout(self.capacity)) }
    }
}

/// A counted handle, as [`Arc`], of which no weak handles exist: the only handle is found by its count alone.
#[doc(hidden)]
pub struct Counted<T>(Arc<T>);

impl<T> Counted<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    #[inline]
    fn is_only(&self) -> bool {
        if Arc::strong_count(&self.0) != 1 {
            return false;
        }
        // What former owners on other threads did comes before what this one does next.
        fence(Ordering::Acquire);
        true
    }

    /// The value for writing, if this is the only handle.
    #[inline]
    pub(crate) fn only(&mut self) -> Option<&mut T> {
        // SAFETY: nobody else can reach the value: there is no other handle, this one is borrowed for writing, and
        // nothing here makes weak handles or gives the inner one away.
        self.is_only().then(|| unsafe { &mut *Arc::as_ptr(&self.0).cast_mut() })
    }

    /// The handle, if it is the last one: of several owners that call this, also on several threads, exactly one
    /// gets it.
    #[inline]
    pub(crate) fn last(self) -> Option<Self> {
        if self.is_only() { Some(self) } else { Arc::into_inner(self.0).map(Self::new) }
    }

    /// The value, if this is the only handle.
    fn into_only(self) -> Result<T, Self> {
        Arc::try_unwrap(self.0).map_err(Self)
    }
}

impl<T> Clone for Counted<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Memory of a tensor: our own, or a vector that was moved in.
pub enum Block<E: Element> {
    Pooled(Aligned<E>),
    Moved(Vec<E>),
}

/// A counted handle of a [`Block`]; `None` only where a record keeps no values.
pub(crate) struct Storage<E: Element>(Option<Counted<Block<E>>>);

impl<E: Element> Storage<E> {
    pub(crate) const HOLLOW: Self = Self(None);

    /// Storage for `count` elements with unspecified values.
    ///
    /// # Panics
    ///
    /// When they do not fit the address space.
    #[track_caller]
    pub(crate) fn stale(count: usize) -> Self {
        assert!(count <= isize::MAX as usize / size_of::<E>(), "a tensor of this shape does not fit the address space");
        let class = class_of(count);
        let kept = E::pool().try_with(|pool| pool.borrow_mut().take(class)).ok().flatten();
        Self(Some(kept.unwrap_or_else(|| Counted::new(Block::Pooled(Aligned::new(class))))))
    }

    pub(crate) fn moved(elements: Vec<E>) -> Self {
        Self(Some(Counted::new(Block::Moved(elements))))
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        match self.0.as_deref() {
            Some(Block::Pooled(block)) => block.as_slice(),
            Some(Block::Moved(elements)) => elements,
            None => unreachable!("read values that were not kept"),
        }
    }

    /// The elements for writing, if no other handle exists.
    #[inline]
    pub(crate) fn unique(&mut self) -> Option<&mut [E]> {
        match self.0.as_mut()?.only()? {
            Block::Pooled(block) => Some(block.as_mut_slice()),
            Block::Moved(elements) => Some(elements),
        }
    }

    /// The vector that was moved in, if there is one and no other handle exists.
    pub(crate) fn into_vec(mut self) -> Result<Vec<E>, Self> {
        match self.0.take().map(Counted::into_only) {
            Some(Ok(Block::Moved(elements))) => Ok(elements),
            Some(Ok(block)) => Err(Self(Some(Counted::new(block)))),
            Some(Err(shared)) => Err(Self(Some(shared))),
            None => Err(Self::HOLLOW),
        }
    }
}

impl<E: Element> Clone for Storage<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Element> Drop for Storage<E> {
    #[inline]
    fn drop(&mut self) {
        if let Some(block) = self.0.take() {
            Self::give_back(block);
        }
    }
}

impl<E: Element> Storage<E> {
    /// Keeps the block of the last handle for reuse.
    fn give_back(block: Counted<Block<E>>) {
        if block.is_only() && matches!(*block, Block::Pooled(_)) {
            // While the thread ends its pool may be gone: then the block is freed.
            E::pool().try_with(|pool| pool.borrow_mut().keep(block)).ok();
        }
    }
}

/// Elements in the smallest class.
const SMALLEST: usize = 16;
const CLASSES: usize = 4 * 60;

/// Classes of capacities: four steps for each doubling, so that at most a fifth of a block lies idle.
#[inline]
fn class_of(count: usize) -> usize {
    let units = count.div_ceil(SMALLEST).max(1);
    if units <= 4 {
        return units - 1;
    }
    let top = (units - 1).ilog2() as usize;
    let quarter = (units - 1) >> (top - 2) & 3;
    4 * (top - 1) + quarter
}

fn capacity_of(class: usize) -> usize {
    let units = if class < 4 { class + 1 } else { (4 + class % 4 + 1) << (class / 4 - 1) };
    units * SMALLEST
}

/// Blocks that one thread keeps for reuse, by class of capacity.
#[doc(hidden)]
pub struct Pool<E: Element> {
    classes: Vec<Vec<Counted<Block<E>>>>,
    bytes: usize,
}

pub type PoolKey<E> = &'static LocalKey<RefCell<Pool<E>>>;

impl<E: Element> Pool<E> {
    pub(crate) const fn new() -> Self {
        Self { classes: Vec::new(), bytes: 0 }
    }

    fn take(&mut self, class: usize) -> Option<Counted<Block<E>>> {
        let block = self.classes.get_mut(class)?.pop()?;
        self.bytes -= capacity_of(class) * size_of::<E>();
        Some(block)
    }

    fn keep(&mut self, block: Counted<Block<E>>) {
        let Block::Pooled(aligned) = &*block else { return };
        let class = aligned.class;
        let bytes = aligned.capacity * size_of::<E>();
        if self.bytes + bytes <= KEPT_BYTES {
            if self.classes.is_empty() {
                self.classes.resize_with(CLASSES, Vec::new);
            }
            self.bytes += bytes;
            self.classes[class].push(block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_cover_every_count_with_little_waste() {
        for count in (0..5000).chain([1 << 20, (1 << 20) + 1, 10_000_019, isize::MAX as usize]) {
            let capacity = capacity_of(class_of(count));
            assert!(capacity >= count);
            assert!(capacity - count <= count / 4 + SMALLEST, "{count} in {capacity}");
            assert!(class_of(capacity) < CLASSES);
        }
    }

    #[test]
    #[should_panic(expected = "does not fit the address space")]
    fn more_elements_than_addresses_are_refused() {
        Storage::<f64>::stale(isize::MAX as usize / 4);
    }

    #[test]
    fn dropped_blocks_come_back() {
        let first = Storage::<f32>::stale(1000);
        let address = first.as_slice().as_ptr();
        assert_eq!(address as usize % ALIGNMENT, 0);
        drop(first);
        assert_eq!(Storage::<f32>::stale(1000).as_slice().as_ptr(), address);
    }

    #[test]
    fn shared_blocks_are_not_written_or_reused() {
        let mut first = Storage::<f64>::stale(10);
        let second = first.clone();
        assert!(first.unique().is_none());
        drop(first);
        assert_ne!(Storage::<f64>::stale(10).as_slice().as_ptr(), second.as_slice().as_ptr());
    }

    #[test]
    fn blocks_move_between_threads() {
        let storage = Storage::<usize>::stale(100);
        std::thread::spawn(move || drop(storage)).join().unwrap();
        let vector = Storage::moved(vec![1_usize, 2]).into_vec();
        assert_eq!(vector.ok(), Some(vec![1, 2]));
    }
}
