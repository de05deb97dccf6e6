//! Cells one step at a time, against their scans.

mod misuse;

use crate::support::{assert_close_to, random, rng};
use recurve::cells::*;
use recurve::optim::{Adam, Rule};
use recurve::{
    Cell, CompiledCell, Float, Result, Stepper, Tensor, TensorMapper, TensorVisitor, Tensors, recurrent, value_and_grad,
};

/// `T` and `B`.
const STEPS: usize = 5;
const BATCH: usize = 3;
/// Of the dimensions that only contexts know.
const SIZE: usize = 4;

/// Compares a stepper with the scan of a cell: from the start, again after a reset, from another state, and after an
/// optimiser has moved all parameters, the start of a learned state too.
fn check<F: Float, C: CompiledCell<Element = F>>(mut cell: C, tolerance: f64) -> Result<()> {
    let mut generator = rng(7);
    for mut parameter in cell.trainables_mut()? {
        let values = Tensor::<f64>::uniform(parameter.shape(), 0.1, 0.9, &mut generator);
        parameter.set(values.cast::<F>())?;
    }
    let data = Inputs::new(&cell);
    let sizes: Vec<(&str, usize)> = data.sizes.iter().map(|name| (name.as_str(), SIZE)).collect();
    let mut stepper = cell.stepper_with_sizes(BATCH, &sizes)?;
    let before = data.compare(&cell, &mut stepper, None, tolerance)?;
    stepper.reset()?;
    assert_eq!(data.compare(&cell, &mut stepper, None, tolerance)?, before);

    let state = stepper.state();
    let shifted = state.map_tensors(&mut Shift);
    stepper.set_state(&shifted)?;
    data.compare(&cell, &mut stepper, Some(&shifted), tolerance)?;

    let mut optimizer = Adam::new(0.1).setup(&cell)?;
    let (_, gradients) = value_and_grad(&cell, |twin| {
        let (outputs, state) = twin.scan(&data.whole, None)?;
        Ok(Squares::of(outputs.data()) + Squares::of(&state))
    })?;
    optimizer.update(&mut cell, &gradients)?;
    stepper.reset()?;
    let after = data.compare(&cell, &mut stepper, None, tolerance)?;
    assert_ne!(after, before);
    Ok(())
}

/// The inputs of a scan, and each of them apart.
struct Inputs<C: CompiledCell> {
    whole: C::Input,
    sizes: Vec<String>,
    /// `[T, B, …]`
    inputs: Vec<(String, Tensor<C::Element>)>,
    /// `[B, …]`
    contexts: Vec<(String, Tensor<C::Element>)>,
}

impl<C: CompiledCell> Inputs<C> {
    fn new(cell: &C) -> Self {
        let (mut sizes, mut inputs, mut contexts) = (Vec::new(), Vec::new(), Vec::new());
        let mut generator = rng(8);
        let size = &mut |name: &str| {
            sizes.push(name.to_owned());
            SIZE
        };
        let whole = cell.input_from(size, &mut |input| {
            let (axes, parts) =
                if input.context { (&[BATCH][..], &mut contexts) } else { (&[STEPS, BATCH][..], &mut inputs) };
            let values = Tensor::<f64>::uniform([axes, input.sizes].concat(), 0.2, 1.2, &mut generator);
            parts.push((input.name.to_owned(), values.cast()));
            parts[parts.len() - 1].1.clone()
        });
        Self { whole, sizes, inputs, contexts }
    }

    /// Runs both, and returns all that the stepper gave.
    fn compare(
        &self,
        cell: &C,
        stepper: &mut Stepper<C>,
        start: Option<&C::State>,
        tolerance: f64,
    ) -> Result<Vec<f64>> {
        let (outputs, end) = cell.scan(&self.whole, start.map(|state| state.detach()))?;
        let outputs = Elements::of(outputs.data());
        for (name, values) in &self.contexts {
            stepper.set_context(name, values.as_slice())?;
        }
        let mut all = Vec::new();
        for step in 0..STEPS {
            for (name, values) in &self.inputs {
                stepper.set_input(name, values.select_index(0, step).as_slice())?;
            }
            stepper.step()?;
            for (at, expected) in outputs.iter().enumerate() {
                let found: Vec<f64> = stepper.output(at).iter().map(|value| value.to_f64()).collect();
                let expected = &expected[step * expected.len() / STEPS..][..expected.len() / STEPS];
                assert_close_to(&format!("output {at} of step {step}"), &found, expected, tolerance);
                all.extend(found);
            }
        }
        let found = Elements::of(&stepper.state()).concat();
        assert_close_to("the last state", &found, &Elements::of(&end).concat(), tolerance);
        all.extend(found);
        Ok(all)
    }
}

/// The elements of each tensor.
struct Elements(Vec<Vec<f64>>);

impl Elements {
    fn of<V: Tensors>(value: &V) -> Vec<Vec<f64>> {
        let mut elements = Self(Vec::new());
        value.visit_tensors(&mut elements);
        elements.0
    }
}

/// The squares of all elements, summed.
struct Squares(Tensor<f64>);

impl Squares {
    fn of<V: Tensors>(value: &V) -> Tensor<f64> {
        let mut squares = Self(Tensor::scalar(0.0));
        value.visit_tensors(&mut squares);
        squares.0
    }
}

/// Another state with the signs of this one.
struct Shift;

macro_rules! visitor {
    ($type:ident, $self:ident, $tensor:ident => $see:expr) => {
        impl TensorVisitor for $type {
            fn f32(&mut self, tensor: &Tensor<f32>) {
                let ($self, $tensor) = (self, tensor.cast::<f64>());
                $see
            }
            fn f64(&mut self, tensor: &Tensor<f64>) {
                let ($self, $tensor) = (self, tensor);
                $see
            }
            fn usize(&mut self, _: &Tensor<usize>) {}
            fn bool(&mut self, _: &Tensor<bool>) {}
        }
    };
}

visitor!(Elements, elements, tensor => elements.0.push(tensor.to_vec()));
visitor!(Squares, squares, tensor => squares.0 = &squares.0 + tensor.square().sum());

impl TensorMapper for Shift {
    fn f32(&mut self, tensor: &Tensor<f32>) -> Tensor<f32> {
        self.f64(&tensor.cast()).cast()
    }
    fn f64(&mut self, tensor: &Tensor<f64>) -> Tensor<f64> {
        tensor * 0.5 + random(tensor.shape(), 9).abs()
    }
    fn usize(&mut self, tensor: &Tensor<usize>) -> Tensor<usize> {
        tensor.clone()
    }
    fn bool(&mut self, tensor: &Tensor<bool>) -> Tensor<bool> {
        tensor.clone()
    }
}

/// All cells of the library, of sizes that are all different.
macro_rules! cells {
    ($($test:ident: $cell:ident($($size:expr),+);)+) => {$(
        #[test]
        fn $test() -> Result<()> {
            check($cell::<f64>::with_dtype($($size,)+ &mut rng(1)), 1e-13)?;
            check($cell::<f32>::with_dtype($($size,)+ &mut rng(1)), 1e-6)
        }
    )+};
}

cells! {
    rnn: Rnn(2, 5);
    rnn_relu: RnnRelu(2, 5);
    gru: Gru(2, 5);
    gru_reset_before: GruResetBefore(2, 5);
    lstm: Lstm(2, 5);
    peephole_lstm: PeepholeLstm(2, 5);
    layer_norm_lstm: LayerNormLstm(2, 5);
    minimal_gated_unit: Mgu(2, 5);
    independent: IndRnn(2, 5);
    antisymmetric: AntisymmetricRnn(2, 5);
    structurally_constrained: Scrn(2, 5, 4);
    decay_gru: DecayGru(2, 5);
    decoder_gru: DecoderGru(2, 6, 5);
    intersection: IntersectionRnn(5);
    update_gate: UpdateGateRnn(2, 5);
    guided: Guided(2, 5);
}

recurrent! {
    /// What no cell of the library has: a buffer, a number, contexts of a size of their own, two inputs and outputs, a
    /// weight made of others, a state that is only an output of its step, and one that is learned.
    cell Guided(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param u: [H, H] = orthogonal;
        param b: [H]? = zeros;
        buffer scale: [H] = constant(0.5);
        hyper gain = 0.75;
        state h: [H] = learned(normal(0.1));
        state mean_gap: [] = ones;
        context memory: [K];
        context speed: [];

        step(x: [D], dt: []) -> ([H], gap: []) {
            let target = tanh(w @ x + gain * (u - transpose(u)) @ h + b) * scale;
            let gap = norm(target - h) + mean(softmax(memory) * memory);
            mean_gap = 0.5 * mean_gap + 0.5 * gap;
            h = h + speed * dt * (target - h);
            (h, mean_gap + gap)
        }
    }
}

#[test]
fn wide_rows_and_single_ones() -> Result<()> {
    let lstm = Lstm::<f64>::with_dtype(33, 70, &mut rng(2));
    for batch in [0, 1, 9] {
        let xs = random(&[4, batch, 33], 3);
        let (ys, end) = lstm.scan(&xs, None)?;
        let mut stepper = lstm.stepper(batch)?;
        for step in 0..4 {
            let found = stepper.push(xs.select_index(0, step).as_slice())?;
            assert_close_to("output", found, ys.data().select_index(0, step).as_slice(), 1e-13);
        }
        assert_close_to("state", stepper.state().c.as_slice(), end.c.as_slice(), 1e-13);
        assert_eq!((stepper.batch(), stepper.state().h.shape()), (batch, &[batch, 70][..]));
    }
    Ok(())
}

#[test]
fn one_sequence_begins_anew_and_the_others_go_on() -> Result<()> {
    let cell = UpdateGateRnn::<f64>::with_dtype(2, 5, &mut rng(4));
    let xs = random(&[4, 3, 2], 5);
    let mut stepper = cell.stepper(3)?;
    let mut last = Vec::new();
    for step in 0..4 {
        if step == 2 {
            stepper.reset_row(1)?;
        }
        last = stepper.push(xs.select_index(0, step).as_slice())?.to_vec();
    }
    let whole = cell.scan(&xs, None)?.0.last()?;
    let late = cell.scan(xs.slice(0, 2..4), None)?.0.last()?;
    for (row, expected) in [(0, &whole), (1, &late), (2, &whole)] {
        assert_close_to("row", &last[row * 5..][..5], expected.select_index(0, row).as_slice(), 1e-13);
    }
    Ok(())
}

#[test]
fn changed_parameters_and_buffers_are_seen_at_the_next_step() -> Result<()> {
    let mut cell = Guided::<f64>::with_dtype(2, 5, &mut rng(6));
    cell.b = None;
    let mut stepper = cell.stepper_with_sizes(1, &[("K", 2)])?;
    stepper.set_context("memory", &[1.0, 2.0])?;
    stepper.set_context("speed", &[1.0])?;
    stepper.set_input("dt", &[1.0])?;
    stepper.set_input("x", &[0.5, -1.0])?;
    let first = |stepper: &mut Stepper<Guided<f64>>| -> Result<Vec<f64>> {
        stepper.reset()?;
        stepper.step()?;
        Ok(stepper.output(0).to_vec())
    };
    let before = first(&mut stepper)?;
    cell.scale.set(Tensor::full([5], 1.0))?;
    let doubled = first(&mut stepper)?;
    assert_close_to("scale", &doubled, &before.iter().map(|value| 2.0 * value).collect::<Vec<_>>(), 1e-13);
    cell.w.set(Tensor::zeros([5, 2]))?;
    cell.u.set(Tensor::ones([5, 5]))?; // equal to its transpose
    assert_eq!(first(&mut stepper)?, [0.0; 5]);
    Ok(())
}

#[test]
fn a_stepper_moves_to_another_thread_and_sees_tied_weights() -> Result<()> {
    let mut cell = Rnn::<f64>::with_dtype(3, 3, &mut rng(7));
    cell.u = cell.w.share_transposed();
    let mut stepper = cell.stepper(1)?;
    cell.w.set(random(&[3, 3], 8))?;
    let xs = random(&[2, 1, 3], 9);
    let expected = cell.scan(&xs, None)?.0.last()?;
    let found = std::thread::spawn(move || -> Result<Vec<f64>> {
        stepper.push(&xs.as_slice()[..3])?;
        Ok(stepper.push(&xs.as_slice()[3..])?.to_vec())
    });
    assert_close_to("output", &found.join().expect("no panic")?, expected.as_slice(), 1e-13);
    Ok(())
}
