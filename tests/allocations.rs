//! What never asks the allocator for memory.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use recurve::cells::{DecoderGru, LayerNormLstm};
use recurve::optim::{Adam, Rule};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell as _, CompiledCell, Lstm, Result, Tensor, value_and_grad};

/// Counts the calls of each thread.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `run` allocates or frees.
fn calls<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = CALLS.get();
    let result = run();
    (result, CALLS.get() - before)
}

#[test]
fn the_calls_of_the_allocator_are_counted() {
    assert_eq!(calls(|| drop(vec![1_u8; 100])).1, 2);
    assert_eq!(calls(|| ()).1, 0);
}

#[test]
fn steps_of_a_stepper() -> Result<()> {
    let mut rng = StdRng::seed_from_u64(1);
    let cell = LayerNormLstm::new(40, 30, &mut rng);
    let mut stepper = cell.stepper(3)?;
    let xs = Tensor::<f32>::normal([5, 3, 40], 0.0, 1.0, &mut rng);
    let (last, count) = calls(|| -> Result<f32> {
        let mut last = 0.0;
        for x in xs.as_slice().chunks_exact(120) {
            last = stepper.push(x)?[0];
        }
        stepper.reset_row(1)?;
        stepper.reset()?;
        Ok(last)
    });
    assert_eq!((last?, count), (cell.scan(&xs, None)?.0.last()?.at([0, 0]), 0));
    Ok(())
}

#[test]
fn new_contexts_and_states_of_a_stepper() -> Result<()> {
    let mut rng = StdRng::seed_from_u64(2);
    let mut stepper = DecoderGru::<f64>::with_dtype(3, 4, 5, &mut rng).stepper(2)?;
    let mut state = stepper.state();
    state.h = Tensor::ones([2, 5]);
    let (done, count) = calls(|| -> Result<f64> {
        stepper.set_context("summary", &[0.5; 8])?;
        stepper.set_input("x", &[0.5; 6])?;
        stepper.set_state(&state)?;
        stepper.step()?;
        Ok(stepper.output(0)[0])
    });
    assert!(done? != 0.0);
    assert_eq!(count, 0);
    Ok(())
}

#[test]
fn the_step_after_an_update_of_the_weights() -> Result<()> {
    let mut cell = Lstm::new(6, 7, &mut StdRng::seed_from_u64(3));
    let mut stepper = cell.stepper(1)?;
    let before = stepper.push(&[1.0; 6])?.to_vec();
    let mut optimizer = Adam::new(0.1).setup(&cell)?;
    let loss = |twin: &Lstm| Ok::<_, recurve::Error>(twin.scan(Tensor::ones([2, 1, 6]), None)?.0.data().sum());
    let (_, gradients) = value_and_grad(&cell, loss)?;
    optimizer.update(&mut cell, &gradients)?;
    stepper.set_state(&cell.initial_state(1)?)?;
    let (after, count) = calls(|| stepper.push(&[1.0; 6]).map(|output| output[0]));
    assert_ne!(after?, before[0]);
    assert_eq!(count, 0);
    Ok(())
}
