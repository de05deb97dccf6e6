//! What a plan decides, as a list, so that tests can make each decision wrong and ask whether anybody notices.

macro_rules! decisions {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A decision.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Decision {
            $($(#[$doc])* $name,)*
        }

        #[cfg(test)]
        #[allow(dead_code)] // the tests of random cells, which compile this file too, go through it
        impl Decision {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

decisions! {
    /// Which products leave the loop for the front. Wrong: also those that wait for the step before.
    Hoist,
    /// Which products leave the loop for the back. Wrong: also those that the next step waits for.
    Sink,
    /// What goes with them. Wrong: also what the loop reads.
    Follow,
    /// Which terms a sum of products has. Wrong: one less.
    Join,
    /// What products are added onto. Wrong: nothing.
    Onto,
    /// Which products are one product. Wrong: those of other vectors too.
    Stack,
    /// Which vectors stand beside which weights. Wrong: in the order of memory, but the weights are not.
    Order,
    /// What is one loop. Wrong: also work on other numbers of elements.
    Fuse,
    /// Which later loop work moves into. Wrong: one that is too late for another reader.
    Postpone,
    /// What is copied for work after the loop. Wrong: nothing.
    Hold,
    /// What is saved for the backward pass. Wrong: nothing.
    Save,
    /// What is computed again. Wrong: by another formula.
    Recompute,
    /// Where values that are read at once stand. Wrong: all at one place.
    Beside,
    /// Where parts of a vector are computed. Wrong: all at its beginning.
    Inside,
    /// Which sums over rows are one product. Wrong: their results change places.
    Total,
}
