//! Every function against a wider reference, with and without fused multiplication and addition.

mod double;
mod edges;
mod functions;
mod single;

use super::dispatch::Plain;
use super::{Body, Token, dispatch};
use crate::array::element::Float;
use functions::Function;

/// What is promised, in units of the last place.
const BOUND: f64 = 4.0;

struct Each<'a, F, G> {
    function: G,
    x: &'a [F],
    out: &'a mut [F],
}

impl<F: Float, G: Function> Body for Each<'_, F, G> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        for (out, &x) in self.out.iter_mut().zip(self.x) {
            *out = self.function.at(token, x);
        }
    }
}

/// The values as the machine computes them, and as every machine can.
fn values<F: Float, G: Function>(function: G, x: &[F]) -> [Vec<F>; 2] {
    let mut values = [vec![F::NAN; x.len()], vec![F::NAN; x.len()]];
    let [dispatched, plain] = &mut values;
    dispatch(Each { function, x, out: dispatched });
    Each { function, x, out: plain }.run(Plain);
    values
}
