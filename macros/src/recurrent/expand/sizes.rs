//! Where the sizes come from when a cell is there: the axes of its fields, and those of its contexts.

use super::Item;
use crate::recurrent::typed::{Argument, Cell, Dim, Field, Shape};
use crate::runtime::local;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeSet;

/// The axis that tells a dimension: it is `factor * dimension + rest`, where all else is known before.
pub(super) struct Solution<'a> {
    pub(super) dimension: usize,
    /// What has the axis, by its number in the list that was asked about.
    pub(super) holder: usize,
    pub(super) axis: usize,
    factor: Dim,
    rest: Dim,
    cell: &'a Cell,
}

/// The fields that are always there and have a shape.
pub(super) fn holders(cell: &Cell) -> Vec<(&str, &Shape)> {
    let holder = |field: &Field| match *field {
        Field::Parameter(at) if cell.parameters[at].optional => None,
        Field::Parameter(at) => Some((cell.parameters[at].name.as_str(), &cell.parameters[at].shape)),
        Field::Buffer(at) => Some((cell.buffers[at].name.as_str(), &cell.buffers[at].shape)),
        Field::Hyper(_) => None,
    };
    cell.fields.iter().filter_map(holder).collect()
}

/// How the dimensions of the header follow from the fields; those that do not are missing.
pub(super) fn of_header(cell: &Cell) -> Vec<Solution<'_>> {
    let shapes: Vec<&Shape> = holders(cell).into_iter().map(|(_, shape)| shape).collect();
    solve(cell, (0..cell.header).collect(), &shapes)
}

/// The dimensions that only contexts know, each with the first context that is a vector of this size.
pub(super) fn of_contexts(cell: &Cell) -> Vec<(usize, &Argument)> {
    let vector = |dimension: usize| {
        let wanted = [Dim::dimension(dimension)];
        let context = cell.contexts.iter().find(|context| *context.shape == wanted);
        (dimension, context.unwrap_or_else(|| unreachable!("each such size is the length of a context")))
    };
    (cell.header..cell.dimensions.len()).map(vector).collect()
}

/// An axis that is a dimension alone tells it best; then comes whatever can be solved for it.
fn solve<'a>(cell: &'a Cell, mut unknown: BTreeSet<usize>, shapes: &[&Shape]) -> Vec<Solution<'a>> {
    let mut solutions = Vec::new();
    for (holder, axis) in axes(shapes) {
        let dim = &shapes[holder][axis];
        let alone = dim.dimensions().first().copied().filter(|&first| *dim == Dim::dimension(first));
        if let Some(dimension) = alone.filter(|dimension| unknown.remove(dimension)) {
            let (factor, rest) = (Dim::number(1), Dim::number(0));
            solutions.push(Solution { dimension, holder, axis, factor, rest, cell });
        }
    }
    loop {
        let before = solutions.len();
        for (holder, axis) in axes(shapes) {
            if let Some((dimension, factor, rest)) = only_unknown(&shapes[holder][axis], &unknown) {
                unknown.remove(&dimension);
                solutions.push(Solution { dimension, holder, axis, factor, rest, cell });
            }
        }
        if solutions.len() == before {
            return solutions;
        }
    }
}

/// The only unknown dimension of a size, and the size as a linear function of it.
fn only_unknown(dim: &Dim, unknown: &BTreeSet<usize>) -> Option<(usize, Dim, Dim)> {
    let mut missing = dim.dimensions().into_iter().filter(|dimension| unknown.contains(dimension));
    let (dimension, None) = (missing.next()?, missing.next()) else { return None };
    let (factor, rest) = linear(dim, dimension)?;
    Some((dimension, factor, rest))
}

fn axes(shapes: &[&Shape]) -> impl Iterator<Item = (usize, usize)> {
    shapes.iter().enumerate().flat_map(|(holder, shape)| (0..shape.len()).map(move |axis| (holder, axis)))
}

/// `factor` and `rest` of `factor * dimension + rest`, if neither has the dimension in it.
fn linear(dim: &Dim, dimension: usize) -> Option<(Dim, Dim)> {
    let (mut factor, mut rest) = (Dim::number(0), Dim::number(0));
    for (product, count) in dim.terms() {
        let others = product.iter().filter(|&&other| other != dimension);
        let term = others.clone().try_fold(Dim::number(count), |term, &other| term.times(&Dim::dimension(other)))?;
        match product.len() - others.count() {
            0 => rest = rest.plus(&term)?,
            1 => factor = factor.plus(&term)?,
            _ => return None,
        }
    }
    Some((factor, rest))
}

impl Solution<'_> {
    /// The dimensions that it is computed from.
    pub(super) fn needs(&self) -> BTreeSet<usize> {
        self.factor.dimensions().into_iter().chain(self.rest.dimensions()).collect()
    }

    /// The dimension from the size of the axis.
    pub(super) fn tokens(&self, axis: &TokenStream, item: &Item<'_>) -> TokenStream {
        if self.factor == Dim::number(1) && self.rest == Dim::number(0) {
            return axis.clone();
        }
        let solve = item.runtime.private("solve");
        let (factor, rest) = (size(self.cell, &self.factor), size(self.cell, &self.rest));
        quote!(#solve(#axis, #factor, #rest))
    }
}

/// The local variable with a dimension.
pub(super) fn dimension(cell: &Cell, at: usize) -> Ident {
    local(&cell.dimensions[at].name)
}

/// A size as a `usize`.
pub(super) fn size(cell: &Cell, dim: &Dim) -> TokenStream {
    let term = |(product, count): (&[usize], u64)| {
        let count = (count != 1 || product.is_empty()).then(|| Literal::u64_unsuffixed(count).into_token_stream());
        let dimensions = product.iter().map(|&at| dimension(cell, at).into_token_stream());
        count.into_iter().chain(dimensions).reduce(|product, factor| quote!(#product * #factor))
    };
    let (numbers, products): (Vec<_>, Vec<_>) = dim.terms().partition(|(product, _)| product.is_empty());
    let terms: Vec<TokenStream> = products.into_iter().chain(numbers).filter_map(term).collect();
    if terms.is_empty() { quote!(0) } else { quote!(#(#terms)+*) }
}

/// The sizes of all axes of one example.
pub(super) fn shape(cell: &Cell, shape: &[Dim]) -> Vec<TokenStream> {
    shape.iter().map(|dim| size(cell, dim)).collect()
}
