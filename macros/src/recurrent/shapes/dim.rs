//! Sizes of axes: polynomials of dimensions with natural coefficients, in one form for all ways of writing them.

use std::collections::BTreeMap;

/// Sums with more terms would make a long cell slow to check, and nobody could read them in a message.
const MOST_TERMS: usize = 100;

/// The same for products of dimensions.
const MOST_FACTORS: usize = 16;

/// A sum of products of dimensions: `D + H`, `2 * H`, `3`. Equal sizes are equal values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dim {
    /// The coefficient of each product; the product names its dimensions in order, with repetition. None is 0.
    terms: BTreeMap<Vec<usize>, u64>,
}

impl Dim {
    pub(crate) fn number(value: u64) -> Self {
        Self::from_terms([(Vec::new(), value)])
    }

    /// The dimension with this number.
    pub(crate) fn dimension(at: usize) -> Self {
        Self::from_terms([(vec![at], 1)])
    }

    fn from_terms(terms: impl IntoIterator<Item = (Vec<usize>, u64)>) -> Self {
        Self { terms: terms.into_iter().filter(|(_, count)| *count != 0).collect() }
    }

    /// `None` where it becomes too large to be the size of anything.
    pub(crate) fn plus(mut self, other: &Self) -> Option<Self> {
        for (product, count) in &other.terms {
            let sum = self.terms.entry(product.clone()).or_insert(0);
            *sum = sum.checked_add(*count)?;
        }
        (self.terms.len() <= MOST_TERMS).then_some(self)
    }

    /// `None` where it becomes too large to be the size of anything.
    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        let mut result = Self::number(0);
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                let mut product = [left.as_slice(), right].concat();
                if product.len() > MOST_FACTORS {
                    return None;
                }
                product.sort_unstable();
                result = result.plus(&Self::from_terms([(product, a.checked_mul(*b)?)]))?;
            }
        }
        Some(result)
    }

    /// The sum, however long it is: of sizes that nobody reads.
    pub(crate) fn joined(mut self, other: &Self) -> Self {
        for (product, count) in &other.terms {
            let sum = self.terms.entry(product.clone()).or_insert(0);
            *sum = sum.saturating_add(*count);
        }
        self
    }

    /// The product, however long it is: of sizes that nobody reads.
    pub(crate) fn repeated(&self, other: &Self) -> Self {
        let mut result = Self::number(0);
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                let mut product = [left.as_slice(), right].concat();
                product.sort_unstable();
                result = result.joined(&Self::from_terms([(product, a.saturating_mul(*b))]));
            }
        }
        result
    }

    /// The difference, if it is a size whatever the dimensions are: `H` of `D + H` and `D`.
    pub(crate) fn minus(&self, other: &Self) -> Option<Self> {
        let mut terms = self.terms.clone();
        for (product, count) in &other.terms {
            let rest = terms.get_mut(product)?;
            *rest = rest.checked_sub(*count)?;
        }
        Some(Self::from_terms(terms))
    }

    /// One of `count` equal parts, if there are such parts whatever the dimensions are.
    pub(crate) fn divided(&self, count: u64) -> Option<Self> {
        let part = |(product, n): (&Vec<usize>, &u64)| {
            (count > 0 && n.is_multiple_of(count)).then(|| (product.clone(), n / count))
        };
        self.terms.iter().map(part).collect::<Option<Vec<_>>>().map(Self::from_terms)
    }

    /// Whether it is at least `other` for all dimensions of 1 and more.
    ///
    /// Each missing product of `other` must be covered by a multiple of itself: `H` covers `1`, `D * H` covers `D`.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let mut left = self.terms.clone();
        // large products first: they have the fewest covers
        let mut wanted: Vec<_> = other.terms.iter().collect();
        wanted.sort_by_key(|(product, _)| std::cmp::Reverse(product.len()));
        wanted.into_iter().all(|(product, count)| {
            let mut missing = *count;
            let mut covers: Vec<_> = left.iter_mut().filter(|(cover, _)| contains(cover, product)).collect();
            covers.sort_by_key(|(cover, _)| cover.len());
            for (_, available) in covers {
                let used = missing.min(*available);
                *available -= used;
                missing -= used;
            }
            missing == 0
        })
    }

    /// The number, if there are no dimensions in it.
    pub(crate) fn as_number(&self) -> Option<u64> {
        match self.terms.iter().next() {
            None => Some(0),
            Some((product, count)) if self.terms.len() == 1 && product.is_empty() => Some(*count),
            Some(_) => None,
        }
    }

    /// Whether it is this dimension and nothing else.
    pub(crate) fn is_dimension(&self, at: usize) -> bool {
        *self == Self::dimension(at)
    }

    /// The dimensions in it, each once, in order.
    pub(crate) fn dimensions(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.terms.keys().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The size where each dimension has this size.
    #[cfg(test)]
    pub(crate) fn value(&self, size: &dyn Fn(usize) -> usize) -> usize {
        let term = |(product, count): (&Vec<usize>, &u64)| {
            *count as usize * product.iter().map(|dimension| size(*dimension)).product::<usize>()
        };
        self.terms.iter().map(term).sum()
    }

    /// Each product with its coefficient, for code that computes the size.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (&[usize], u64)> {
        self.terms.iter().map(|(product, count)| (product.as_slice(), *count))
    }

    /// As one would write it: products of dimensions first, the number last.
    pub(crate) fn text<'a>(&self, name: &dyn Fn(usize) -> &'a str) -> String {
        let term = |(product, count): (&Vec<usize>, &u64)| {
            let names: Vec<&str> = product.iter().map(|dimension| name(*dimension)).collect();
            match (count, names.is_empty()) {
                (_, true) => count.to_string(),
                (1, false) => names.join(" * "),
                (_, false) => format!("{count} * {}", names.join(" * ")),
            }
        };
        let (number, products): (Vec<_>, Vec<_>) = self.terms.iter().partition(|(product, _)| product.is_empty());
        let terms: Vec<String> = products.into_iter().chain(number).map(term).collect();
        if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") }
    }
}

/// Whether a product has all factors of another one, both sorted.
fn contains(product: &[usize], part: &[usize]) -> bool {
    let mut factors = product.iter();
    part.iter().all(|wanted| factors.any(|factor| factor == wanted))
}

#[cfg(test)]
mod tests {
    use super::Dim;

    fn text(dim: &Dim) -> String {
        dim.text(&|dimension| ["D", "H", "K"][dimension])
    }

    fn d() -> Dim {
        Dim::dimension(0)
    }

    fn h() -> Dim {
        Dim::dimension(1)
    }

    #[test]
    fn the_way_of_writing_does_not_matter() {
        assert_eq!(d().plus(&h()), h().plus(&d()));
        let twice = h().plus(&h()).unwrap();
        assert_eq!(Some(&twice), Dim::number(2).times(&h()).as_ref());
        assert_eq!(text(&twice), "2 * H");
        let product = d().plus(&Dim::number(1)).unwrap().times(&h().plus(&Dim::number(3)).unwrap()).unwrap();
        assert_eq!(text(&product), "3 * D + D * H + H + 3");
        assert_eq!(product.value(&|dimension| [5, 7, 0][dimension]), 60);
    }

    #[test]
    fn differences_are_sizes_or_nothing() {
        let sum = d().plus(&h()).unwrap();
        assert_eq!(sum.minus(&d()), Some(h()));
        assert_eq!(d().minus(&h()), None);
        assert_eq!(h().minus(&Dim::number(1)), None);
        assert_eq!(h().minus(&h()), Some(Dim::number(0)));
    }

    #[test]
    fn sizes_of_at_least_one_are_known() {
        assert!(h().covers(&Dim::number(1)));
        assert!(!h().covers(&Dim::number(2)));
        assert!(d().times(&h()).unwrap().covers(&d()));
        assert!(!d().covers(&h()));
        let sum = d().plus(&h()).unwrap();
        assert!(sum.covers(&Dim::number(2)));
        assert!(!sum.covers(&d().plus(&d()).unwrap()));
    }

    #[test]
    fn parts_divide_every_coefficient() {
        let gates = Dim::number(4).times(&h()).unwrap();
        assert_eq!(gates.divided(4), Some(h()));
        assert_eq!(gates.divided(3), None);
        assert_eq!(gates.divided(0), None);
        assert_eq!(gates.plus(&Dim::number(2)).unwrap().divided(4), None);
    }

    #[test]
    fn too_large_is_nothing() {
        let large = Dim::number(u64::MAX);
        assert_eq!(large.times(&Dim::number(2)), None);
        assert_eq!(large.plus(&Dim::number(1)), None);
        let powers = |count| (0..count).try_fold(Dim::number(1), |power, _| power.times(&h()));
        assert!(powers(16).is_some() && powers(17).is_none());
        let sum = |count| (0..count).map(Dim::dimension).try_fold(Dim::number(0), |sum, next| sum.plus(&next));
        assert!(sum(100).is_some() && sum(101).is_none());
    }
}
