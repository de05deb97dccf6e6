//! The choice of instructions at run time.
#![allow(unsafe_code)]

use crate::array::element::Float;

/// Says to a [`Body`] what the hardware does in one instruction.
pub trait Token: Copy {
    /// Whether `a * b + c` is one instruction and rounds once. Without it, `mul_add` is a call into the C library that
    /// costs a hundred times as much as the two operations.
    const FUSED: bool;

    /// `a * b + c`, rounded once where [`FUSED`](Token::FUSED), else twice.
    #[inline(always)]
    fn multiply_add<F: Float>(self, a: F, b: F, c: F) -> F {
        if Self::FUSED { a.fused_multiply_add(b, c) } else { a * b + c }
    }
}

/// With fused multiplication and addition.
#[derive(Clone, Copy)]
pub(super) struct Fused;

/// What every machine can do.
#[derive(Clone, Copy)]
pub(super) struct Plain;

impl Token for Fused {
    const FUSED: bool = true;
}

impl Token for Plain {
    const FUSED: bool = false;
}

/// A loop over elements that is to be compiled once for each set of instructions.
///
/// `run` and all that it calls must be `#[inline(always)]`, or it stays code for the smallest machine. The loop stands
/// best in a function that takes its slices as arguments and cuts them to one length first: what is known of arguments
/// (that they do not overlap) is lost for the fields of a struct.
pub trait Body {
    /// What the loop returns.
    type Output;

    /// The loop.
    fn run<T: Token>(self, token: T) -> Self::Output;
}

/// Runs the body with the widest instructions that the machine has. Costs two loads and branches: the features are
/// looked up once per process.
#[inline]
pub fn dispatch<B: Body>(body: B) -> B::Output {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the machine has the features that the function is compiled for, as just asked.
        return unsafe { run_avx2(body) };
    }
    // NEON, which belongs to the base of the architecture, has the fused form.
    if cfg!(target_arch = "aarch64") { body.run(Fused) } else { body.run(Plain) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<B: Body>(body: B) -> B::Output {
    body.run(Fused)
}

/// Asks for a cache line that will be used soon, wherever the pointer points. Values do not depend on it.
#[inline(always)]
pub fn prefetch<F>(at: *const F) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction belongs to the base of the architecture, and does nothing where there is no memory.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}
