//! Sizes and costs as sums of products of `T`, `B` and dimensions.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Mul, Sub};

use super::Size;

/// The numbers of the variables: steps, batch, then the dimensions.
const STEPS: usize = 0;
const BATCH: usize = 1;
const DIMENSIONS: usize = 2;

/// A sum of products in its canonical form: equal polynomials are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Polynomial {
    /// Coefficients other than 0, by the sorted numbers of the variables.
    terms: BTreeMap<Vec<usize>, i64>,
}

impl Polynomial {
    pub(crate) fn zero() -> Self {
        Self::default()
    }

    pub(crate) fn constant(value: usize) -> Self {
        Self::term(Vec::new(), value)
    }

    /// `T`
    pub(crate) fn steps() -> Self {
        Self::term(vec![STEPS], 1)
    }

    /// `B`
    pub(crate) fn batch() -> Self {
        Self::term(vec![BATCH], 1)
    }

    pub(crate) fn size(size: &Size) -> Self {
        let mut sum = Self::zero();
        for (coefficient, factors) in &size.terms {
            sum += &Self::term(factors.iter().map(|factor| DIMENSIONS + factor).collect(), *coefficient);
        }
        sum
    }

    fn term(mut factors: Vec<usize>, coefficient: usize) -> Self {
        factors.sort_unstable();
        let mut sum = Self::zero();
        sum.add_term(factors, i64::try_from(coefficient).unwrap_or(i64::MAX));
        sum
    }

    fn add_term(&mut self, factors: Vec<usize>, coefficient: i64) {
        let sum = self.terms.get(&factors).copied().unwrap_or(0) + coefficient;
        if sum == 0 {
            self.terms.remove(&factors)
        } else {
            self.terms.insert(factors, sum)
        };
    }

    pub(crate) fn is_one(&self) -> bool {
        *self == Self::constant(1)
    }

    /// Whether no value of the variables makes it negative, as far as the coefficients tell.
    pub(crate) fn is_never_negative(&self) -> bool {
        self.terms.values().all(|&coefficient| coefficient >= 0)
    }

    /// Its value, given the variables; the largest number if it is larger than that, and 0 if it is negative.
    pub(crate) fn at(&self, steps: usize, batch: usize, dimensions: &[usize]) -> u64 {
        let value = |variable: usize| match variable {
            STEPS => steps,
            BATCH => batch,
            _ => dimensions[variable - DIMENSIONS],
        };
        let sum = self.terms.iter().fold(0_i128, |sum, (factors, &coefficient)| {
            let term = factors.iter().fold(i128::from(coefficient), |product, &factor| {
                product.saturating_mul(i128::try_from(value(factor)).unwrap_or(i128::MAX))
            });
            sum.saturating_add(term)
        });
        u64::try_from(sum.max(0)).unwrap_or(u64::MAX)
    }

    /// As in `6 T·B·H² + 2 H + 1`.
    pub(crate) fn text(&self, dimensions: &[&str]) -> String {
        let mut terms: Vec<(&Vec<usize>, i64)> = self.terms.iter().map(|(factors, &value)| (factors, value)).collect();
        terms.sort_by(|(left, _), (right, _)| order(left, right));
        let mut text = String::new();
        for (factors, coefficient) in terms {
            let sign = match (text.is_empty(), coefficient < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text.push_str(sign);
            text.push_str(&term_text(factors, coefficient.unsigned_abs(), dimensions));
        }
        if text.is_empty() { "0".to_owned() } else { text }
    }
}

/// Lower numbers first, and what has more factors before what has only the first of them.
fn order(left: &[usize], right: &[usize]) -> Ordering {
    let different = left.iter().zip(right).map(|(left, right)| left.cmp(right)).find(|order| order.is_ne());
    different.unwrap_or_else(|| right.len().cmp(&left.len()))
}

fn term_text(factors: &[usize], coefficient: u64, dimensions: &[&str]) -> String {
    let powers: Vec<String> = factors
        .chunk_by(|left, right| left == right)
        .map(|equal| {
            let name = match equal[0] {
                STEPS => "T",
                BATCH => "B",
                dimension => dimensions[dimension - DIMENSIONS],
            };
            format!("{name}{}", exponent(equal.len()))
        })
        .collect();
    match (coefficient, powers.is_empty()) {
        (_, true) => coefficient.to_string(),
        (1, false) => powers.join("·"),
        (_, false) => format!("{coefficient} {}", powers.join("·")),
    }
}

fn exponent(power: usize) -> String {
    let raise = |digit: char| match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    };
    if power == 1 { String::new() } else { power.to_string().chars().map(raise).collect() }
}

impl AddAssign<&Polynomial> for Polynomial {
    fn add_assign(&mut self, other: &Polynomial) {
        for (factors, &coefficient) in &other.terms {
            self.add_term(factors.clone(), coefficient);
        }
    }
}

impl Add for &Polynomial {
    type Output = Polynomial;

    fn add(self, other: Self) -> Polynomial {
        let mut sum = self.clone();
        sum += other;
        sum
    }
}

impl Sub for &Polynomial {
    type Output = Polynomial;

    fn sub(self, other: Self) -> Polynomial {
        let mut difference = self.clone();
        for (factors, &coefficient) in &other.terms {
            difference.add_term(factors.clone(), -coefficient);
        }
        difference
    }
}

impl Mul for &Polynomial {
    type Output = Polynomial;

    fn mul(self, other: Self) -> Polynomial {
        let mut product = Polynomial::zero();
        for (left, &left_coefficient) in &self.terms {
            for (right, &right_coefficient) in &other.terms {
                let mut factors = [left.as_slice(), right].concat();
                factors.sort_unstable();
                product.add_term(factors, left_coefficient.saturating_mul(right_coefficient));
            }
        }
        product
    }
}

impl Mul<usize> for &Polynomial {
    type Output = Polynomial;

    fn mul(self, factor: usize) -> Polynomial {
        self * &Polynomial::constant(factor)
    }
}
