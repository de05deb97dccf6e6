//! Operations on two and three operands with broadcasting, and whole-slice passes.

use crate::array::element::{Element, Float};
use crate::array::shape::Shape;
use crate::simd::elementwise::remainder;

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
    let Target { elements: out, shape } = to;
    if [mask.elements.len(), x.elements.len(), y.elements.len()] == [out.len(); 3] {
        for (((out, &m), &a), &b) in out.iter_mut().zip(mask.elements).zip(x.elements).zip(y.elements) {
            *out = if m { a } else { b };
        }
        return;
    }
    let strides = [mask.shape, x.shape, y.shape].map(|operand| operand.strides_as(shape));
    rows(shape, &strides, |row, length, [m, a, b], [sm, sa, sb]| {
        for (i, out) in out[row..row + length].iter_mut().enumerate() {
            *out = if mask.elements[m + i * sm] { x.elements[a + i * sa] } else { y.elements[b + i * sb] };
        }
    });
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

pub(crate) fn all_finite<F: Float>(x: &[F]) -> bool {
    // A chunk at a time, so that the loop inside has no exit and is vectorised.
    x.chunks(256).all(|chunk| chunk.iter().fold(true, |finite, v| finite & v.is_finite()))
}
