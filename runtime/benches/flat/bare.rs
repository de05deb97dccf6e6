//! Optimisers as one would write them by hand for slices, with the instructions of the machine.

use recurve::__private::simd::{Body, Token, dispatch};

const RATE: f64 = 1e-3;
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f32 = 1e-8;

/// Adam over four slices.
pub(crate) struct BareAdam {
    pub(crate) p: Vec<f32>,
    m: Vec<f32>,
    v: Vec<f32>,
    steps: i32,
}

impl BareAdam {
    pub(crate) fn new(p: Vec<f32>) -> Self {
        let zeros = || vec![0.0; p.len()];
        Self { m: zeros(), v: zeros(), p, steps: 0 }
    }

    pub(crate) fn step(&mut self, g: &[f32]) {
        self.steps += 1;
        let corrections = BETAS.map(|beta| 1.0 - beta.powi(self.steps));
        let [scale, root] = [RATE / corrections[0], 1.0 / corrections[1].sqrt()].map(|factor| factor as f32);
        dispatch(Adam { p: &mut self.p, g, m: &mut self.m, v: &mut self.v, scale, root });
    }
}

struct Adam<'a> {
    p: &'a mut [f32],
    g: &'a [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
    scale: f32,
    root: f32,
}

impl Body for Adam<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        let (keep, add) = (BETAS.map(|beta| beta as f32), BETAS.map(|beta| (1.0 - beta) as f32));
        let Self { p, g, m, v, scale, root } = self;
        for (((p, &g), m), v) in p.iter_mut().zip(g).zip(m).zip(v) {
            let first = token.multiply_add(keep[0], *m, add[0] * g);
            let second = token.multiply_add(keep[1], *v, add[1] * (g * g));
            (*m, *v) = (first, second);
            *p -= scale * first / token.multiply_add(second.sqrt(), root, EPSILON);
        }
    }
}

/// Gradient descent with momentum over three slices.
pub(crate) struct BareMomentum {
    p: Vec<f32>,
    v: Vec<f32>,
}

impl BareMomentum {
    pub(crate) fn new(p: Vec<f32>) -> Self {
        Self { v: vec![0.0; p.len()], p }
    }

    pub(crate) fn step(&mut self, g: &[f32]) {
        dispatch(Momentum { p: &mut self.p, g, v: &mut self.v });
    }
}

struct Momentum<'a> {
    p: &'a mut [f32],
    g: &'a [f32],
    v: &'a mut [f32],
}

impl Body for Momentum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        for ((p, &g), v) in self.p.iter_mut().zip(self.g).zip(self.v) {
            *v = token.multiply_add(BETAS[0] as f32, *v, g);
            *p = token.multiply_add(-RATE as f32, *v, *p);
        }
    }
}
