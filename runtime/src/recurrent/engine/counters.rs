//! What a pass did.

/// Counts of what a pass executed and allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Products with packed weights, one for each step that they run in.
    pub(crate) products: usize,
    /// Two for each multiplication and addition in them.
    pub(crate) product_flops: usize,
    /// Products that sum over rows.
    pub(crate) total_products: usize,
    /// Two for each multiplication and addition in them.
    pub(crate) total_flops: usize,
    /// Elements of regions that got memory of their own.
    pub(crate) elements: usize,
}
