//! Counted handles of nodes. The memory of a node returns to a pool when its last handle is dropped.
//!
//! Recording an operation would otherwise spend more time in the allocator than on a small operation.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::cell::RefCell;
use std::ops::Deref;

use super::node::Node;
use crate::array::storage::Counted;

/// Nodes that one thread keeps for reuse, without what they held.
const KEPT_NODES: usize = 1024;

thread_local! {
    static POOL: RefCell<Vec<Counted<Node>>> = const { RefCell::new(Vec::new()) };
}

/// A handle of a node, or none.
#[doc(hidden)]
#[derive(Clone)]
pub struct Link(Option<Counted<Node>>);

impl Link {
    pub(crate) const NONE: Self = Self(None);

    /// A handle of a node that `fill` writes in place, over an empty one.
    #[inline]
    pub(crate) fn build(fill: impl FnOnce(&mut Node)) -> Self {
        let kept = POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten();
        let mut node = kept.unwrap_or_else(|| Counted::new(Node::EMPTY));
        fill(alone(&mut node));
        Self(Some(node))
    }

    /// A further handle of a node.
    pub(crate) fn to(node: &Counted<Node>) -> Self {
        Self(Some(node.clone()))
    }

    /// Gives the handle up; the node goes to `pending` if this was the last one.
    #[inline]
    pub(crate) fn release(&mut self, pending: &mut Vec<Counted<Node>>) {
        if let Some(node) = self.0.take().and_then(Counted::last) {
            pending.push(node);
        }
    }
}

impl Deref for Link {
    type Target = Option<Counted<Node>>;

    #[inline]
    fn deref(&self) -> &Option<Counted<Node>> {
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
fn give_up(node: Counted<Node>) {
    let mut pending = Vec::new();
    let mut next = node.last();
    while let Some(mut node) = next {
        alone(&mut node).release(&mut pending);
        // While the thread ends its pool may be gone: then the node is freed.
        POOL.try_with(|pool| keep(&mut pool.borrow_mut(), node)).ok();
        next = pending.pop();
    }
}

#[inline]
fn alone(node: &mut Counted<Node>) -> &mut Node {
    node.only().unwrap_or_else(|| unreachable!("a node without other handles"))
}

fn keep(pool: &mut Vec<Counted<Node>>, empty: Counted<Node>) {
    if pool.len() < KEPT_NODES {
        pool.push(empty);
    }
}
