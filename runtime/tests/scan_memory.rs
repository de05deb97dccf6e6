//! Memory of compiled scans: what later calls allocate, and how much there is at a time, for each cell of the library.
#![allow(unsafe_code)] // an allocator that counts

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell as Slot;

use rand::SeedableRng;
use rand::rngs::StdRng;
use recurve::{
    CompiledCell, DType, Extent, Param, Pass, Result, Sequence, Tensor, TensorVisitor, Tensors, cells, value_and_grad,
};

/// What a thread has allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    calls: usize,
    bytes: usize,
    largest: usize,
    live: usize,
    peak: usize,
}

thread_local! {
    static COUNTS: Slot<Counts> = const { Slot::new(Counts { calls: 0, bytes: 0, largest: 0, live: 0, peak: 0 }) };
}

struct Counting;

fn allocated(size: usize) {
    let mut counts = COUNTS.get();
    counts.calls += 1;
    counts.bytes += size;
    counts.largest = counts.largest.max(size);
    counts.live = counts.live.wrapping_add(size);
    counts.peak = counts.peak.max(counts.live);
    COUNTS.set(counts);
}

fn freed(size: usize) {
    let counts = COUNTS.get();
    COUNTS.set(Counts { live: counts.live.saturating_sub(size), ..counts });
}

// SAFETY: hands everything on to the allocator of the system, and counts in memory that needs no allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        freed(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `run` allocates. The peak is what there is at a time beyond what was there before.
fn counted<R>(run: impl FnOnce() -> R) -> (R, Counts) {
    let before = COUNTS.get().live;
    COUNTS.set(Counts { live: before, peak: before, ..Counts::default() });
    let result = run();
    let counts = COUNTS.get();
    (result, Counts { peak: counts.peak - before, live: 0, ..counts })
}

/// Runs on a thread whose pool of memory is empty, and on it alone.
fn alone<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(run)
}

struct Reals(Vec<Tensor<f32>>);

impl TensorVisitor for Reals {
    fn f32(&mut self, tensor: &Tensor<f32>) {
        self.0.push(tensor.clone());
    }
    fn f64(&mut self, _: &Tensor<f64>) {}
    fn usize(&mut self, _: &Tensor<usize>) {}
    fn bool(&mut self, _: &Tensor<bool>) {}
}

fn sum<V: Tensors>(value: &V) -> Tensor<f32> {
    let mut reals = Reals(Vec::new());
    value.visit_tensors(&mut reals);
    reals.0.iter().map(Tensor::sum).reduce(|sum, next| sum + next).unwrap()
}

/// A cell with its inputs, as a step of training sees them.
struct Sample<C: CompiledCell> {
    model: (C, Vec<Param<f32>>),
    mask: Option<Tensor<bool>>,
}

impl<C: CompiledCell<Element = f32>> Sample<C> {
    fn new(cell: C, [steps, batch]: [usize; 2], mask: Option<Tensor<bool>>) -> Self {
        let rng = &mut StdRng::seed_from_u64(3);
        let mut inputs = Vec::new();
        cell.input_from(&mut |name| panic!("{name} is not in the header"), &mut |input| {
            let lead = if input.context { vec![batch] } else { vec![steps, batch] };
            let value = Tensor::uniform([&lead, input.sizes].concat(), 0.1, 1.0, rng);
            inputs.push(Param::new(value.clone()));
            value
        });
        Self { model: (cell, inputs), mask }
    }

    /// The sum of the last states.
    fn scan(&self, cell: &C, inputs: &[Param<f32>]) -> Result<Tensor<f32>> {
        let mut inputs = inputs.iter();
        let data = cell.input_from(&mut |_| 0, &mut |_| inputs.next().unwrap().get());
        let sequence = Sequence::time_major(data);
        let sequence = match &self.mask {
            Some(mask) => sequence.mask(mask.clone())?,
            None => sequence,
        };
        Ok(sum(&cell.scan(sequence, None)?.1))
    }

    fn run(&self, pass: Pass) {
        let (cell, inputs) = &self.model;
        match pass {
            Pass::Inference => drop(self.scan(cell, inputs).unwrap()),
            Pass::Training { input_gradients: false } => {
                drop(value_and_grad(cell, |cell| self.scan(cell, inputs)).unwrap());
            }
            Pass::Training { input_gradients: true } => {
                drop(value_and_grad(&self.model, |(cell, inputs)| self.scan(cell, inputs)).unwrap());
            }
        }
    }
}

/// Every example begins one step later than the one before, or at the first step again, and pauses now and then.
fn holes([steps, batch]: [usize; 2]) -> Tensor<bool> {
    let valid = |at: usize| at / batch >= at % batch % steps && at % 7 != 3;
    Tensor::from((0..steps * batch).map(valid).collect::<Vec<_>>()).reshape([steps, batch])
}

const PASSES: [Pass; 3] =
    [Pass::Inference, Pass::Training { input_gradients: false }, Pass::Training { input_gradients: true }];

/// Handles, lists of tensors and nodes of the tape, whose number does not depend on how much there is to compute.
const SMALL: usize = 112 << 10;

/// Of one allocation.
const LARGEST: usize = 16 << 10;

fn later_calls<C: CompiledCell<Element = f32> + Sync>(make: impl Fn() -> C + Sync, ragged: bool) {
    // A mask is given before the contexts are appended.
    for pass in PASSES.into_iter().filter(|_| !ragged || C::CONTEXTS == 0) {
        let of = |[steps, batch]: [usize; 2]| {
            alone(|| {
                let sample = Sample::new(make(), [steps, batch], ragged.then(|| holes([steps, batch])));
                [(); 4].map(|()| counted(|| sample.run(pass)).1)
            })
        };
        let [few, many] = [of([3, 2]), of([30, 20])];
        assert!(many[0].largest > LARGEST, "the first call allocates memory for values");
        for later in [&few[2..], &many[2..]].concat() {
            // Numbers in texts may have more digits, and a list may have an entry for each step.
            let alike = later.calls == few[2].calls && later.bytes.abs_diff(few[2].bytes) < 4 << 10;
            assert!(alike && later.bytes <= SMALL && later.largest <= LARGEST, "{pass:?}: {later:?}, {:?}", few[2]);
        }
    }
}

/// Of the first calls: what stays in the pool between them counts. The steps are many, as the blocks that products copy
/// their operands to, less than a mebibyte, are not in the plan.
fn peaks<C: CompiledCell<Element = f32> + Sync>(make: impl Fn() -> C + Sync, sizes: &[usize]) {
    let [steps, batch] = [200, 32];
    for pass in PASSES {
        let dimensions: Vec<(&str, usize)> =
            C::plan().dimensions().iter().copied().zip(sizes.iter().copied()).collect();
        let extent = Extent { steps, batch, dimensions: &dimensions, dtype: DType::F32, pass };
        let said = C::plan().cost(&extent).unwrap().bytes_allocated;
        let found = alone(|| {
            let sample = Sample::new(make(), [steps, batch], None);
            counted(|| [(); 3].map(|()| sample.run(pass))).1.peak
        });
        assert!(found as f64 <= 1.3 * said as f64, "{pass:?}: {found} bytes instead of {said}");
    }
}

macro_rules! cells {
    ($($name:ident: $cell:ident($($size:expr),*),)*) => {
        $(
            mod $name {
                use super::*;

                fn make() -> cells::$cell {
                    cells::$cell::new($($size,)* &mut StdRng::seed_from_u64(1))
                }

                #[test]
                fn later_calls_allocate_next_to_nothing() {
                    later_calls(make, false);
                    later_calls(make, true);
                }

                #[test]
                fn the_peak_is_that_of_the_plan() {
                    peaks(make, &[$($size),*]);
                }
            }
        )*
    };
}

cells! {
    rnn: Rnn(24, 32), rnn_relu: RnnRelu(24, 32), gru: Gru(24, 32), gru_reset_before: GruResetBefore(24, 32),
    lstm: Lstm(24, 32), peephole_lstm: PeepholeLstm(24, 32), layer_norm_lstm: LayerNormLstm(24, 32), mgu: Mgu(24, 32),
    ind_rnn: IndRnn(24, 32), antisymmetric_rnn: AntisymmetricRnn(24, 32), scrn: Scrn(24, 32, 8),
    decay_gru: DecayGru(24, 32), decoder_gru: DecoderGru(24, 12, 32), intersection_rnn: IntersectionRnn(32),
    update_gate_rnn: UpdateGateRnn(24, 32),
}
