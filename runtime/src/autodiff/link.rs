//! Counted handles of nodes. The memory of a node returns to a pool when its last handle is dropped.
//!
//! Recording an operation would otherwise spend more time in the allocator than on a small operation.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

use super::node::Node;

/// Nodes that one thread keeps for reuse, without what they held.
const KEPT_NODES: usize = 1024;

thread_local! {
    static POOL: RefCell<Vec<Arc<Node>>> = const { RefCell::new(Vec::new()) };
}

/// A handle of a node, or none. All counted handles are links, and there are no weak ones.
#[doc(hidden)]
#[derive(Clone)]
pub struct Link(Option<Arc<Node>>);

impl Link {
    pub(crate) const NONE: Self = Self(None);

    /// A handle of a node that `fill` writes in place, over an empty one.
    #[inline]
    pub(crate) fn build(fill: impl FnOnce(&mut Node)) -> Self {
        let kept = POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten();
        let mut node = kept.unwrap_or_else(|| Arc::new(Node::EMPTY));
        fill(alone(&mut node));
        Self(Some(node))
    }

    /// A further handle of a node.
    pub(crate) fn to(node: &Arc<Node>) -> Self {
        Self(Some(node.clone()))
    }

    /// Gives the handle up; the node goes to `pending` if this was the last one.
    #[inline]
    pub(crate) fn release(&mut self, pending: &mut Vec<Arc<Node>>) {
        if let Some(node) = self.0.take().and_then(last) {
            pending.push(node);
        }
    }
}

impl Deref for Link {
    type Target = Option<Arc<Node>>;

    #[inline]
    fn deref(&self) -> &Option<Arc<Node>> {
        &self.0
    }
}

impl Drop for Link {
    #[inline]
    fn drop(&mut self) {
        if let Some(node) = self.0.take() {
            give_up(node);
        }
    }
}

/// A long chain is taken apart in a loop: dropping it recursively would overflow the stack.
fn give_up(node: Arc<Node>) {
    let mut pending = Vec::new();
    let mut next = last(node);
    while let Some(mut node) = next {
        alone(&mut node).release(&mut pending);
        // While the thread ends its pool may be gone: then the node is freed.
        POOL.try_with(|pool| keep(&mut pool.borrow_mut(), node)).ok();
        next = pending.pop();
    }
}

/// The node, if this is its last handle.
#[inline]
fn last(node: Arc<Node>) -> Option<Arc<Node>> {
    if Arc::strong_count(&node) == 1 {
        return Some(node);
    }
    // Of two owners that give up at once on two threads, exactly one is the last.
    Arc::into_inner(node).map(Arc::new)
}

fn alone(node: &mut Arc<Node>) -> &mut Node {
    Arc::get_mut(node).unwrap_or_else(|| unreachable!("a node without other handles"))
}

fn keep(pool: &mut Vec<Arc<Node>>, empty: Arc<Node>) {
    if pool.len() < KEPT_NODES {
        pool.push(empty);
    }
}
