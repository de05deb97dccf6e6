//! Operations on two and three operands with broadcasting, and whole-slice passes.

use crate::array::element::{Element, Float};
use crate::array::shape::Shape;
use crate::simd::elementwise::remainder;
use crate::simd::{Body, Token, dispatch};

/// The closed list of operations on two operands.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Minimum,
    Maximum,
    Pow,
    Rem,
}

/// The closed list of comparisons.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Row-major elements and their shape.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Operand<'a, E> {
    pub elements: &'a [E],
    pub shape: &'a Shape,
}

/// Where a result with the broadcast shape goes.
#[doc(hidden)]
pub struct Target<'a, E> {
    pub elements: &'a mut [E],
    pub shape: &'a Shape,
}

pub(crate) fn binary<F: Float>(op: Binary, x: Operand<'_, F>, y: Operand<'_, F>, to: Target<'_, F>) {
    match op {
        Binary::Add => pairs(x, y, to, |a, b| a + b),
        Binary::Sub => pairs(x, y, to, |a, b| a - b),
        Binary::Mul => pairs(x, y, to, |a, b| a * b),
        Binary::Div => pairs(x, y, to, |a, b| a / b),
        Binary::Minimum => pairs(x, y, to, |a, b| if a < b || a.is_nan() { a } else { b }),
        Binary::Maximum => pairs(x, y, to, |a, b| if a > b || a.is_nan() { a } else { b }),
        Binary::Pow => pairs(x, y, to, F::powf),
        Binary::Rem => pairs(x, y, to, remainder),
    }
}

pub(crate) fn compare<E: Element>(op: Compare, x: Operand<'_, E>, y: Operand<'_, E>, to: Target<'_, bool>) {
    match op {
        Compare::Equal => pairs(x, y, to, |a, b| a == b),
        Compare::NotEqual => pairs(x, y, to, |a, b| a != b),
        Compare::Less => pairs(x, y, to, |a, b| a < b),
        Compare::LessEqual => pairs(x, y, to, |a, b| a <= b),
        Compare::Greater => pairs(x, y, to, |a, b| a > b),
        Compare::GreaterEqual => pairs(x, y, to, |a, b| a >= b),
    }
}

pub(crate) fn select<F: Float>(mask: Operand<'_, bool>, x: Operand<'_, F>, y: Operand<'_, F>, to: Target<'_, F>) {
    dispatch(Select { mask, x, y, to });
}

struct Select<'a, F> {
    mask: Operand<'a, bool>,
    x: Operand<'a, F>,
    y: Operand<'a, F>,
    to: Target<'a, F>,
}

impl<F: Float> Body for Select<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        let Self { mask, x, y, to: Target { elements: out, shape } } = self;
        let (mask, strides) = (mask.elements, [mask.shape, x.shape, y.shape].map(|operand| operand.strides_as(shape)));
        let (x, y) = (x.elements, y.elements);
        if [mask.len(), x.len(), y.len()] == [out.len(); 3] {
            return choose::<F, 1, 1>(mask, x, y, out);
        }
        rows(
            shape,
            &strides,
            #[inline(always)]
            |row, length, [m, a, b], steps| {
                let out = &mut out[row..row + length];
                let (mask, x, y) = (&mask[m..], &x[a..], &y[b..]);
                match steps {
                    [1, 1, 1] => choose::<F, 1, 1>(mask, x, y, out),
                    [1, 1, 0] => choose::<F, 1, 0>(mask, x, y, out),
                    [1, 0, 1] => choose::<F, 0, 1>(mask, x, y, out),
                    [1, 0, 0] => choose::<F, 0, 0>(mask, x, y, out),
                    [_, 1, _] if mask[0] => out.copy_from_slice(&x[..length]),
                    [_, _, 1] if !mask[0] => out.copy_from_slice(&y[..length]),
                    _ => out.fill(if mask[0] { x[0] } else { y[0] }),
                }
            },
        );
    }
}

/// Chooses between elements that are `X` and `Y` apart. Reads both whatever the mask says: there is nothing to predict.
#[inline(always)]
fn choose<F: Float, const X: usize, const Y: usize>(mask: &[bool], x: &[F], y: &[F], out: &mut [F]) {
    let Some(last) = out.len().checked_sub(1) else { return };
    let (mask, x, y) = (&mask[..=last], &x[..=last * X], &y[..=last * Y]);
    for (i, out) in out.iter_mut().enumerate() {
        let (a, b) = (x[i * X], y[i * Y]);
        *out = if mask[i] { a } else { b };
    }
}

/// `out[i] = f(x[i], y[i])` over the broadcast shape.
pub(crate) fn pairs<A: Copy, B: Copy>(x: Operand<'_, A>, y: Operand<'_, A>, to: Target<'_, B>, f: impl Fn(A, A) -> B) {
    let Target { elements: out, shape } = to;
    // As many elements as the result: nothing is stretched.
    if x.elements.len() == out.len() && y.elements.len() == out.len() {
        for ((out, &a), &b) in out.iter_mut().zip(x.elements).zip(y.elements) {
            *out = f(a, b);
        }
        return;
    }
    let strides = [x.shape, y.shape].map(|operand| operand.strides_as(shape));
    rows(shape, &strides, |row, length, [a, b], steps| {
        let out = &mut out[row..row + length];
        match steps {
            [1, 1] => {
                for ((out, &a), &b) in out.iter_mut().zip(&x.elements[a..a + length]).zip(&y.elements[b..b + length]) {
                    *out = f(a, b);
                }
            }
            [1, 0] => {
                let b = y.elements[b];
                for (out, &a) in out.iter_mut().zip(&x.elements[a..a + length]) {
                    *out = f(a, b);
                }
            }
            [0, 1] => {
                let a = x.elements[a];
                for (out, &b) in out.iter_mut().zip(&y.elements[b..b + length]) {
                    *out = f(a, b);
                }
            }
            _ => out.fill(f(x.elements[a], y.elements[b])),
        }
    });
}

/// Calls `body` for each row along the last axis with the row's first index in the result, its length, and the first
/// index and step of each operand.
pub(crate) fn rows<const N: usize>(
    shape: &Shape,
    strides: &[Shape; N],
    mut body: impl FnMut(usize, usize, [usize; N], [usize; N]),
) {
    let count = shape.count();
    if count == 0 {
        return;
    }
    let Some(last) = shape.rank().checked_sub(1) else {
        return body(0, 1, [0; N], [0; N]);
    };
    let length = shape[last];
    let steps = std::array::from_fn(|operand| strides[operand][last]);
    let mut at = [0; N];
    let mut index = [0_usize; crate::array::shape::MAX_RANK];
    for row in (0..count).step_by(length) {
        body(row, length, at, steps);
        for axis in (0..last).rev() {
            index[axis] += 1;
            for (at, strides) in at.iter_mut().zip(strides) {
                *at += strides[axis];
            }
            if index[axis] < shape[axis] {
                break;
            }
            for (at, strides) in at.iter_mut().zip(strides) {
                *at -= strides[axis] * shape[axis];
            }
            index[axis] = 0;
        }
    }
}

/// `into += x`.
pub(crate) fn accumulate<F: Float>(x: &[F], into: &mut [F]) {
    for (into, &x) in into.iter_mut().zip(x) {
        *into += x;
    }
}

/// `x` where `by` is above 0, and 0 elsewhere.
pub(crate) fn gate<F: Float>(x: &[F], by: &[F], out: &mut [F]) {
    for ((out, &x), &by) in out.iter_mut().zip(x).zip(by) {
        *out = if by > F::ZERO { x } else { F::ZERO };
    }
}

pub(crate) fn all_finite<F: Float>(x: &[F]) -> bool {
    // A chunk at a time, so that the loop inside has no exit and is vectorised.
    x.chunks(256).all(|chunk| chunk.iter().fold(true, |finite, v| finite & v.is_finite()))
}
