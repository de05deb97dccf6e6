//! The steps of optimisers whose elements do not depend on each other: the gradient and what is remembered of it become
//! the step, which is subtracted from the parameter in the same pass.
//!
//! Factors are computed in f64 and rounded once.

use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};

/// The closed list of steps of a gradient `g`. In brackets what is remembered, in the order of the [`Slots`].
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `rate g` []
    Plain { rate: f64 },
    /// `v ← keep v + add g`, then `rate v`, or with Nesterov's form `rate (g + ahead v)` [v]
    Momentum { keep: f64, add: f64, rate: f64, ahead: Option<f64> },
    /// `scale m / (√v root + ε)` [m, v]
    Adam(AdamFactors),
    /// As Adam, with the largest v so far [m, v, largest]
    AmsGrad(AdamFactors),
    /// `scale m`; v is only remembered [m, v]
    Mean(AdamFactors),
    /// `u ← max(β₂ u, |g| + ε)`, then `scale m / u` [m, u]
    AdaMax(AdamFactors),
    /// `(scale m + gradient g) / (√v root + ε)` [m, v]
    NAdam { factors: AdamFactors, gradient: f64 },
    /// `v ← β₂ v + (1 - β₂) (g - m)² + ε`, then as Adam [m, v]
    AdaBelief(AdamFactors),
    /// `rate sign(β₁ m + (1 - β₁) g)`, then `m ← β₂ m + (1 - β₂) g` [m]
    Lion { betas: [f64; 2], rate: f64 },
    /// `rate g / (√v + ε)` [v]
    RmsProp { keep: f64, epsilon: f64, rate: f64 },
    /// `b ← momentum b + g / (√v + ε)`, then `rate b` [v, b]
    RmsPropMomentum { keep: f64, epsilon: f64, rate: f64, momentum: f64 },
    /// As the two before, with `v - m²` in place of v [v, b, m]
    RmsPropCentred { keep: f64, epsilon: f64, rate: f64, momentum: f64 },
    /// `v ← v + g²`, then `rate g / (√v + ε)` [v]
    Adagrad { epsilon: f64, rate: f64 },
    /// `s = g √(d + ε) / √(v + ε)`, `d ← keep d + (1 - keep) s²`, then `rate s` [v, d]
    Adadelta { keep: f64, epsilon: f64, rate: f64 },
    /// `h` times a factor by the signs of `g` and the gradient before, then `h sign(g)` [gradient before, h]
    Rprop { factors: [f64; 2], sizes: [f64; 2] },
    /// `(mean m + change d) / (√v root + ε)` [m, d, v, gradient before]
    Adan { betas: [f64; 3], epsilon: f64, mean: f64, change: f64, root: f64, first: bool },
}

/// The factors of one step of Adam and its kin.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct AdamFactors {
    pub betas: [f64; 2],
    pub epsilon: f64,
    /// The learning rate over the bias correction of the first moment.
    pub scale: f64,
    /// One over the root of the bias correction of the second moment.
    pub root: f64,
}

/// What is remembered of the elements, in the order of the [`Kind`]; the rest is empty.
#[doc(hidden)]
pub type Slots<'a, F> = [&'a mut [F]; 4];

/// A loop over parameters, gradients and as many slots as the pattern names. The body makes a step of the gradient.
macro_rules! each {
    (@loop $ends:expr, $g:ident, $pattern:pat, $slots:expr, $body:expr) => {
        for ((p, &$g), $pattern) in $ends.zip($slots) {
            *p -= $body;
        }
    };
    ($ends:ident, $slots:ident, |$g:ident| $body:expr) => {
        each!(@loop $ends, $g, (), std::iter::repeat(()), $body)
    };
    ($ends:ident, $slots:ident, |$g:ident, $a:ident| $body:expr) => {{
        let [$a, ..] = $slots;
        each!(@loop $ends, $g, $a, $a, $body)
    }};
    ($ends:ident, $slots:ident, |$g:ident, $a:ident, $b:ident| $body:expr) => {{
        let [$a, $b, ..] = $slots;
        each!(@loop $ends, $g, ($a, $b), $a.iter_mut().zip($b), $body)
    }};
    ($ends:ident, $slots:ident, |$g:ident, $a:ident, $b:ident, $c:ident| $body:expr) => {{
        let [$a, $b, $c, ..] = $slots;
        each!(@loop $ends, $g, (($a, $b), $c), $a.iter_mut().zip($b).zip($c), $body)
    }};
    ($ends:ident, $slots:ident, |$g:ident, $a:ident, $b:ident, $c:ident, $d:ident| $body:expr) => {{
        let [$a, $b, $c, $d] = $slots;
        each!(@loop $ends, $g, ((($a, $b), $c), $d), $a.iter_mut().zip($b).zip($c).zip($d), $body)
    }};
}

/// Subtracts from each element of `value` the step that its gradient becomes.
pub(super) fn take_update<F: Float>(kind: &Kind, value: &mut [F], gradient: &[F], slots: Slots<'_, F>) {
    dispatch(Take { kind, value, gradient, slots });
}

struct Take<'a, F> {
    kind: &'a Kind,
    value: &'a mut [F],
    gradient: &'a [F],
    slots: Slots<'a, F>,
}

impl<F: Float> Body for Take<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        each_element(token, self.kind, self.value.iter_mut().zip(self.gradient), self.slots);
    }
}

#[inline(always)]
fn each_element<'a, F: Float, T: Token>(
    token: T,
    kind: &Kind,
    ends: impl Iterator<Item = (&'a mut F, &'a F)>,
    slots: Slots<'_, F>,
) {
    let c = F::from_f64;
    match *kind {
        Kind::Plain { rate } => {
            let rate = c(rate);
            each!(ends, slots, |g| rate * g);
        }
        Kind::Momentum { keep, add, rate, ahead: None } => {
            let (velocity, rate) = (Mean::new(token, keep, add), c(rate));
            each!(ends, slots, |g, v| rate * velocity.with(v, g));
        }
        Kind::Momentum { keep, add, rate, ahead: Some(ahead) } => {
            let (velocity, rate, ahead) = (Mean::new(token, keep, add), c(rate), c(ahead));
            each!(ends, slots, |g, v| rate * token.multiply_add(ahead, velocity.with(v, g), g));
        }
        Kind::Adam(factors) => {
            let by = Moments::new(token, &factors);
            each!(ends, slots, |g, m, v| by.scale * by.first.with(m, g) / by.root(by.second.with(v, g * g)));
        }
        Kind::AmsGrad(factors) => {
            let by = Moments::new(token, &factors);
            each!(ends, slots, |g, m, v, largest| {
                *largest = larger(by.second.with(v, g * g), *largest);
                by.scale * by.first.with(m, g) / by.root(*largest)
            });
        }
        Kind::Mean(factors) => {
            let by = Moments::new(token, &factors);
            each!(ends, slots, |g, m, v| {
                by.second.with(v, g * g);
                by.scale * by.first.with(m, g)
            });
        }
        Kind::AdaMax(factors) => {
            let by = Moments::new(token, &factors);
            each!(ends, slots, |g, m, u| {
                *u = larger(g.abs() + by.epsilon, by.second.keep * *u);
                by.scale * by.first.with(m, g) / *u
            });
        }
        Kind::NAdam { factors, gradient } => {
            let (by, gradient) = (Moments::new(token, &factors), c(gradient));
            each!(ends, slots, |g, m, v| {
                let ahead = token.multiply_add(by.scale, by.first.with(m, g), gradient * g);
                ahead / by.root(by.second.with(v, g * g))
            });
        }
        Kind::AdaBelief(factors) => {
            let by = Moments::new(token, &factors);
            each!(ends, slots, |g, m, v| {
                let m = by.first.with(m, g);
                let away = g - m;
                *v = by.second.with(v, away * away) + by.epsilon;
                by.scale * m / by.root(*v)
            });
        }
        Kind::Lion { betas: [keep, remember], rate } => {
            let (direction, mean, rate) = (Mean::of(token, keep), Mean::of(token, remember), c(rate));
            each!(ends, slots, |g, m| {
                let direction = sign(direction.with(&mut { *m }, g));
                mean.with(m, g);
                rate * direction
            });
        }
        Kind::RmsProp { keep, epsilon, rate } => {
            let (square, epsilon, rate) = (Mean::of(token, keep), c(epsilon), c(rate));
            each!(ends, slots, |g, v| rate * g / (square.with(v, g * g).sqrt() + epsilon));
        }
        Kind::RmsPropMomentum { keep, epsilon, rate, momentum } => {
            let (square, [epsilon, rate]) = (Mean::of(token, keep), [epsilon, rate].map(c));
            let velocity = Mean::new(token, momentum, 1.0);
            each!(ends, slots, |g, v, b| {
                let normalised = g / (square.with(v, g * g).sqrt() + epsilon);
                rate * velocity.with(b, normalised)
            });
        }
        Kind::RmsPropCentred { keep, epsilon, rate, momentum } => {
            let (mean, [epsilon, rate]) = (Mean::of(token, keep), [epsilon, rate].map(c));
            let velocity = Mean::new(token, momentum, 1.0);
            each!(ends, slots, |g, v, b, m| {
                let m = mean.with(m, g);
                // Rounding can make the variance negative.
                let variance = larger(mean.with(v, g * g) - m * m, F::ZERO);
                rate * velocity.with(b, g / (variance.sqrt() + epsilon))
            });
        }
        Kind::Adagrad { epsilon, rate } => {
            let [epsilon, rate] = [epsilon, rate].map(c);
            each!(ends, slots, |g, v| {
                *v = token.multiply_add(g, g, *v);
                rate * g / (v.sqrt() + epsilon)
            });
        }
        Kind::Adadelta { keep, epsilon, rate } => {
            let (mean, [epsilon, rate]) = (Mean::of(token, keep), [epsilon, rate].map(c));
            each!(ends, slots, |g, v, d| {
                let step = g * (*d + epsilon).sqrt() / (mean.with(v, g * g) + epsilon).sqrt();
                mean.with(d, step * step);
                rate * step
            });
        }
        Kind::Rprop { factors: [less, more], sizes } => {
            let ([less, more], [smallest, largest]) = ([less, more].map(c), sizes.map(c));
            each!(ends, slots, |g, before, size| {
                // Not the sign of the product, which can underflow.
                let turn = sign(g) * sign(*before);
                let factor = if turn > F::ZERO {
                    more
                } else if turn < F::ZERO {
                    less
                } else {
                    F::ONE
                };
                *size = smaller(larger(*size * factor, smallest), largest);
                *before = if turn < F::ZERO { F::ZERO } else { g };
                *size * sign(*before)
            });
        }
        Kind::Adan { betas, epsilon, mean, change, root, first } => {
            let [gradient, difference, square] = betas.map(|beta| Mean::of(token, beta));
            let [epsilon, mean, change, root] = [epsilon, mean, change, root].map(c);
            each!(ends, slots, |g, m, d, v, before| {
                let away = if first { F::ZERO } else { g - *before };
                let ahead = token.multiply_add(difference.keep, away, g);
                *before = g;
                let direction = token.multiply_add(mean, gradient.with(m, g), change * difference.with(d, away));
                direction / token.multiply_add(square.with(v, ahead * ahead).sqrt(), root, epsilon)
            });
        }
    }
}

/// A running mean, or with `add` 1 a running sum that decays.
#[derive(Clone, Copy)]
struct Mean<F, T> {
    token: T,
    keep: F,
    add: F,
}

impl<F: Float, T: Token> Mean<F, T> {
    #[inline(always)]
    fn new(token: T, keep: f64, add: f64) -> Self {
        Self { token, keep: F::from_f64(keep), add: F::from_f64(add) }
    }

    #[inline(always)]
    fn of(token: T, beta: f64) -> Self {
        Self::new(token, beta, 1.0 - beta)
    }

    /// Takes `x` into the mean, which is returned.
    #[inline(always)]
    fn with(&self, mean: &mut F, x: F) -> F {
        *mean = self.token.multiply_add(self.keep, *mean, self.add * x);
        *mean
    }
}

/// The factors of Adam in the element type.
struct Moments<F, T> {
    token: T,
    first: Mean<F, T>,
    second: Mean<F, T>,
    epsilon: F,
    scale: F,
    root: F,
}

impl<F: Float, T: Token> Moments<F, T> {
    #[inline(always)]
    fn new(token: T, factors: &AdamFactors) -> Self {
        let [first, second] = factors.betas.map(|beta| Mean::of(token, beta));
        let [epsilon, scale, root] = [factors.epsilon, factors.scale, factors.root].map(F::from_f64);
        Self { token, first, second, epsilon, scale, root }
    }

    /// The divisor.
    #[inline(always)]
    fn root(&self, v: F) -> F {
        self.token.multiply_add(v.sqrt(), self.root, self.epsilon)
    }
}

#[inline(always)]
fn larger<F: Float>(a: F, b: F) -> F {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller<F: Float>(a: F, b: F) -> F {
    if a < b { a } else { b }
}

/// 1, -1, or 0 of 0.
#[inline(always)]
fn sign<F: Float>(x: F) -> F {
    if x > F::ZERO {
        F::ONE
    } else if x < F::ZERO {
        -F::ONE
    } else {
        F::ZERO
    }
}
