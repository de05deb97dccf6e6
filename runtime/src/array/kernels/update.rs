//! The loops of optimisers whose elements do not depend on each other: the gradient and what is remembered of it become
//! the step, which is either left in the gradient's place, or subtracted from the parameter in the same pass.
//!
//! Factors are computed in f64 and rounded once.

use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};

/// What one step does to each element: the parameter `p`, its gradient `g` and what is remembered of it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Update {
    /// Times `p`, added to `g` first.
    pub coupled: f64,
    /// Times `p`, added to the step last.
    pub decoupled: f64,
    pub kind: Kind,
}

/// The closed list of steps. In brackets what is remembered, in the order of the [`Slots`].
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

/// Replaces the gradient in `step` by the step.
pub(crate) fn make_step<F: Float>(update: &Update, value: &[F], step: &mut [F], slots: Slots<'_, F>) {
    dispatch(Make { update, value, step, slots });
}

/// Subtracts the step from `value`. A long slice is shared out among threads: elements do not depend on each other, so the
/// result is the same.
pub(crate) fn take_step<F: Float>(update: &Update, value: &mut [F], gradient: &[F], slots: Slots<'_, F>) {
    let parts = threads_for(value.len());
    if parts == 1 {
        return dispatch(Take { update, value, gradient, slots });
    }
    let size = value.len().div_ceil(parts).next_multiple_of(64);
    std::thread::scope(|scope| {
        let mut rest = Take { update, value, gradient, slots };
        while rest.value.len() > size {
            let (part, others) = rest.split(size);
            scope.spawn(|| dispatch(part));
            rest = others;
        }
        dispatch(rest);
    });
}

/// Elements from which on threads help: starting one costs as much as some 50 thousand elements.
pub(crate) const MANY: usize = 400_000;

/// The number of threads for a step of `count` elements, no more than the caller's pool has. They are no threads of the
/// pool, whose threads take up other work while they wait, which might wait for a parameter that is being stepped.
pub(crate) fn threads_for(count: usize) -> usize {
    if count < MANY { 1 } else { rayon::current_num_threads().clamp(1, count / (MANY / 2)) }
}

struct Make<'a, F> {
    update: &'a Update,
    value: &'a [F],
    step: &'a mut [F],
    slots: Slots<'a, F>,
}

struct Take<'a, F> {
    update: &'a Update,
    value: &'a mut [F],
    gradient: &'a [F],
    slots: Slots<'a, F>,
}

impl<F: Float> Body for Make<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        each_element(self.update, self.value.iter().zip(self.step), self.slots);
    }
}

impl<'a, F: Float> Take<'a, F> {
    /// The first elements, and the others.
    fn split(self, at: usize) -> (Self, Self) {
        let Self { update, value, gradient, slots } = self;
        let (value, gradient) = (value.split_at_mut(at), gradient.split_at(at));
        let [a, b, c, d] = slots.map(|slot: &'a mut [F]| slot.split_at_mut(at.min(slot.len())));
        let first = Self { update, value: value.0, gradient: gradient.0, slots: [a.0, b.0, c.0, d.0] };
        (first, Self { update, value: value.1, gradient: gradient.1, slots: [a.1, b.1, c.1, d.1] })
    }
}

impl<F: Float> Body for Take<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        each_element(self.update, self.value.iter_mut().zip(self.gradient), self.slots);
    }
}

/// A parameter and its gradient, one of which takes the step.
trait Ends<F> {
    fn read(&self) -> (F, F);
    fn write(self, step: F);
}

impl<F: Float> Ends<F> for (&F, &mut F) {
    #[inline(always)]
    fn read(&self) -> (F, F) {
        (*self.0, *self.1)
    }
    #[inline(always)]
    fn write(self, step: F) {
        *self.1 = step;
    }
}

impl<F: Float> Ends<F> for (&mut F, &F) {
    #[inline(always)]
    fn read(&self) -> (F, F) {
        (*self.0, *self.1)
    }
    #[inline(always)]
    fn write(self, step: F) {
        *self.0 -= step;
    }
}

/// `of`, to which `factor` times the parameter is added; without decay not even a parameter that is infinite matters.
#[inline(always)]
fn decayed<F: Float>(of: F, factor: F, p: F) -> F {
    if factor == F::ZERO { of } else { of + factor * p }
}

/// A loop over the ends and as many slots as the pattern names. The body makes a step of the gradient.
macro_rules! each {
    (@loop $ends:ident, $decay:ident, $g:ident, $pattern:pat, $iterator:expr, $body:expr) => {
        for $pattern in $iterator {
            let (p, g) = $ends.read();
            let $g = decayed(g, $decay[0], p);
            let step = $body;
            $ends.write(decayed(step, $decay[1], p));
        }
    };
    ($ends:ident, $slots:ident, $decay:ident, |$g:ident| $body:expr) => {
        each!(@loop $ends, $decay, $g, $ends, $ends, $body)
    };
    ($ends:ident, $slots:ident, $decay:ident, |$g:ident, $a:ident| $body:expr) => {{
        let [$a, ..] = $slots;
        each!(@loop $ends, $decay, $g, ($ends, $a), $ends.zip($a), $body)
    }};
    ($ends:ident, $slots:ident, $decay:ident, |$g:ident, $a:ident, $b:ident| $body:expr) => {{
        let [$a, $b, ..] = $slots;
        each!(@loop $ends, $decay, $g, (($ends, $a), $b), $ends.zip($a).zip($b), $body)
    }};
    ($ends:ident, $slots:ident, $decay:ident, |$g:ident, $a:ident, $b:ident, $c:ident| $body:expr) => {{
        let [$a, $b, $c, ..] = $slots;
        each!(@loop $ends, $decay, $g, ((($ends, $a), $b), $c), $ends.zip($a).zip($b).zip($c), $body)
    }};
    ($ends:ident, $slots:ident, $decay:ident, |$g:ident, $a:ident, $b:ident, $c:ident, $d:ident| $body:expr) => {{
        let [$a, $b, $c, $d] = $slots;
        each!(@loop $ends, $decay, $g, (((($ends, $a), $b), $c), $d), $ends.zip($a).zip($b).zip($c).zip($d), $body)
    }};
}

#[inline(always)]
fn each_element<F: Float, E: Ends<F>>(update: &Update, ends: impl Iterator<Item = E>, slots: Slots<'_, F>) {
    let decay = [update.coupled, update.decoupled].map(F::from_f64);
    let c = F::from_f64;
    match update.kind {
        Kind::Plain { rate } => {
            let rate = c(rate);
            each!(ends, slots, decay, |g| rate * g);
        }
        Kind::Momentum { keep, add, rate, ahead: None } => {
            let [keep, add, rate] = [keep, add, rate].map(c);
            each!(ends, slots, decay, |g, v| rate * blend(v, keep, g, add));
        }
        Kind::Momentum { keep, add, rate, ahead: Some(ahead) } => {
            let [keep, add, rate, ahead] = [keep, add, rate, ahead].map(c);
            each!(ends, slots, decay, |g, v| rate * (g + ahead * blend(v, keep, g, add)));
        }
        Kind::Adam(factors) => {
            let by = Moments::new(&factors);
            each!(ends, slots, decay, |g, m, v| by.scale * by.first(m, g) / by.root(by.second(v, g * g)));
        }
        Kind::AmsGrad(factors) => {
            let by = Moments::new(&factors);
            each!(ends, slots, decay, |g, m, v, largest| {
                *largest = larger(by.second(v, g * g), *largest);
                by.scale * by.first(m, g) / by.root(*largest)
            });
        }
        Kind::Mean(factors) => {
            let by = Moments::new(&factors);
            each!(ends, slots, decay, |g, m, v| {
                by.second(v, g * g);
                by.scale * by.first(m, g)
            });
        }
        Kind::AdaMax(factors) => {
            let by = Moments::new(&factors);
            each!(ends, slots, decay, |g, m, u| {
                *u = larger(g.abs() + by.epsilon, by.keep[1] * *u);
                by.scale * by.first(m, g) / *u
            });
        }
        Kind::NAdam { factors, gradient } => {
            let (by, gradient) = (Moments::new(&factors), c(gradient));
            each!(ends, slots, decay, |g, m, v| {
                (by.scale * by.first(m, g) + gradient * g) / by.root(by.second(v, g * g))
            });
        }
        Kind::AdaBelief(factors) => {
            let by = Moments::new(&factors);
            each!(ends, slots, decay, |g, m, v| {
                let m = by.first(m, g);
                let away = g - m;
                *v = by.second(v, away * away) + by.epsilon;
                by.scale * m / by.root(*v)
            });
        }
        Kind::Lion { betas, rate } => {
            let ([keep, remember], [add, learn]) = (betas.map(c), betas.map(|beta| c(1.0 - beta)));
            let rate = c(rate);
            each!(ends, slots, decay, |g, m| {
                let direction = sign(keep * *m + add * g);
                blend(m, remember, g, learn);
                rate * direction
            });
        }
        Kind::RmsProp { keep, epsilon, rate } => {
            let [keep, add, epsilon, rate] = [keep, 1.0 - keep, epsilon, rate].map(c);
            each!(ends, slots, decay, |g, v| rate * g / (blend(v, keep, g * g, add).sqrt() + epsilon));
        }
        Kind::RmsPropMomentum { keep, epsilon, rate, momentum } => {
            let [keep, add, epsilon, rate, momentum] = [keep, 1.0 - keep, epsilon, rate, momentum].map(c);
            each!(ends, slots, decay, |g, v, b| {
                *b = momentum * *b + g / (blend(v, keep, g * g, add).sqrt() + epsilon);
                rate * *b
            });
        }
        Kind::RmsPropCentred { keep, epsilon, rate, momentum } => {
            let [keep, add, epsilon, rate, momentum] = [keep, 1.0 - keep, epsilon, rate, momentum].map(c);
            each!(ends, slots, decay, |g, v, b, m| {
                let m = blend(m, keep, g, add);
                // Rounding can make the variance negative.
                let variance = larger(blend(v, keep, g * g, add) - m * m, F::ZERO);
                *b = momentum * *b + g / (variance.sqrt() + epsilon);
                rate * *b
            });
        }
        Kind::Adagrad { epsilon, rate } => {
            let [epsilon, rate] = [epsilon, rate].map(c);
            each!(ends, slots, decay, |g, v| {
                *v += g * g;
                rate * g / (v.sqrt() + epsilon)
            });
        }
        Kind::Adadelta { keep, epsilon, rate } => {
            let [keep, add, epsilon, rate] = [keep, 1.0 - keep, epsilon, rate].map(c);
            each!(ends, slots, decay, |g, v, d| {
                let step = g * (*d + epsilon).sqrt() / (blend(v, keep, g * g, add) + epsilon).sqrt();
                blend(d, keep, step * step, add);
                rate * step
            });
        }
        Kind::Rprop { factors, sizes } => {
            let (factors, sizes) = (factors.map(c), sizes.map(c));
            each!(ends, slots, decay, |g, before, size| {
                // Not the sign of the product, which can underflow.
                let turn = sign(g) * sign(*before);
                let [less, more] = factors;
                let factor = if turn > F::ZERO {
                    more
                } else if turn < F::ZERO {
                    less
                } else {
                    F::ONE
                };
                *size = smaller(larger(*size * factor, sizes[0]), sizes[1]);
                *before = if turn < F::ZERO { F::ZERO } else { g };
                *size * sign(*before)
            });
        }
        Kind::Adan { betas, epsilon, mean, change, root, first } => {
            let (keep, add) = (betas.map(c), betas.map(|beta| c(1.0 - beta)));
            let [epsilon, mean, change, root] = [epsilon, mean, change, root].map(c);
            each!(ends, slots, decay, |g, m, d, v, before| {
                let difference = if first { F::ZERO } else { g - *before };
                let ahead = g + keep[1] * difference;
                *before = g;
                let (m, d) = (blend(m, keep[0], g, add[0]), blend(d, keep[1], difference, add[1]));
                (mean * m + change * d) / (blend(v, keep[2], ahead * ahead, add[2]).sqrt() * root + epsilon)
            });
        }
    }
}

/// The factors of Adam in the element type.
struct Moments<F> {
    keep: [F; 2],
    add: [F; 2],
    epsilon: F,
    scale: F,
    root: F,
}

impl<F: Float> Moments<F> {
    #[inline(always)]
    fn new(factors: &AdamFactors) -> Self {
        let keep = factors.betas.map(F::from_f64);
        let add = factors.betas.map(|beta| F::from_f64(1.0 - beta));
        let [epsilon, scale, root] = [factors.epsilon, factors.scale, factors.root].map(F::from_f64);
        Self { keep, add, epsilon, scale, root }
    }

    #[inline(always)]
    fn first(&self, m: &mut F, x: F) -> F {
        blend(m, self.keep[0], x, self.add[0])
    }

    #[inline(always)]
    fn second(&self, v: &mut F, x: F) -> F {
        blend(v, self.keep[1], x, self.add[1])
    }

    /// The divisor.
    #[inline(always)]
    fn root(&self, v: F) -> F {
        v.sqrt() * self.root + self.epsilon
    }
}

#[inline(always)]
fn blend<F: Float>(into: &mut F, keep: F, x: F, add: F) -> F {
    *into = keep * *into + add * x;
    *into
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
