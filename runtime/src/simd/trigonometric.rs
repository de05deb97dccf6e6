//! Sine and cosine.

use super::{Token, polynomial};
use crate::array::element::Float;

/// The sine of angles of at most [`ANGLE_LIMIT`](super::Constants::ANGLE_LIMIT). Beyond, it means nothing: to know so many
/// turns, the loop outside asks the standard library.
#[inline(always)]
pub fn sin<F: Float, T: Token>(token: T, x: F) -> F {
    let [rest, turns] = x.abs().quarter_turns(token);
    let value = quarter(token, rest, turns);
    // The sine of -0 is -0, so the sign of the argument is given back to the result.
    let flipped = F::ONE.with_sign_of(x);
    value * flipped
}

/// The cosine of angles of at most [`ANGLE_LIMIT`](super::Constants::ANGLE_LIMIT), as for [`sin`].
#[inline(always)]
pub fn cos<F: Float, T: Token>(token: T, x: F) -> F {
    let [rest, turns] = x.abs().quarter_turns(token);
    quarter(token, rest, turns + F::ONE)
}

/// The sine of a number of quarter turns and a rest.
#[inline(always)]
fn quarter<F: Float, T: Token>(token: T, rest: F, turns: F) -> F {
    let square = rest * rest;
    let sine = token.multiply_add(rest * square, polynomial(token, square, F::SIN), rest);
    let above_linear = token.multiply_add(square, polynomial(token, square, F::COS), F::from_f64(-0.5));
    let cosine = token.multiply_add(square, above_linear, F::ONE);
    let value = if F::is_odd(turns) { cosine } else { sine };
    value.negated_by_second_bit(turns)
}
