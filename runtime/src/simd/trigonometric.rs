//! Sine and cosine.

use super::{Token, polynomial};
use crate::array::element::Float;

/// The sine of angles of at most [`ANGLE_LIMIT`](super::Constants::ANGLE_LIMIT). Beyond, it means nothing: so many
/// turns are counted by the standard library, which the loop's caller asks afterwards.
#[inline(always)]
pub fn sin<F: Float, T: Token>(token: T, x: F) -> F {
    let [rest, turns] = x.abs().quarter_turns(token);
    // Of the size, because the reduction would lose the sign of -0.
    quarter(token, rest, turns) * F::ONE.with_sign_of(x)
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
