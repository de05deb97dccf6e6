//! Two layers of cells: duplicated, shared, with masks that have holes, and with initial states that are learned.

use recurve::{Cell, Error, Gru, GruState, Module, Param, Result, Sequence, Tensor, check_gradients, value_and_grad};

use super::dense;
use crate::support::{assert_close_to, random, rng};

const STEPS: usize = 5;
const BATCH: usize = 3;
const UNITS: usize = 3;

/// Two layers of equal sizes, and what they start from.
#[derive(Module)]
struct Stack {
    first: Gru<f64>,
    second: Gru<f64>,
    xs: Param<f64>,
    starts: [Param<f64>; 2],
}

fn cell(seed: u64) -> Result<Gru<f64>> {
    dense(&Gru::with_dtype(UNITS, UNITS, &mut rng(seed)), seed + 100)
}

fn stack(first: Gru<f64>, second: Gru<f64>) -> Stack {
    let starts = [1, 2].map(|seed| Param::new(random(&[BATCH, UNITS], seed)));
    Stack { first, second, xs: Param::new(random(&[STEPS, BATCH, UNITS], 3)), starts }
}

/// Holes at the beginning, in the middle and at the end; one sequence never begins.
fn mask() -> Tensor<bool> {
    let rows = ["010", "100", "110", "000", "110"];
    let valid = rows.iter().flat_map(|row| row.chars().map(|digit| digit == '1')).collect();
    Tensor::from_vec(valid, [STEPS, BATCH]).expect("one digit for each place")
}

/// A loss that reads the outputs of all steps, the pooled outputs and both last states, each with weights of its own.
fn score(outputs: [&Tensor<f64>; 3], seed: u64) -> Tensor<f64> {
    let weighted = |(at, x): (usize, &Tensor<f64>)| (x.sin() * random(x.shape(), seed + at as u64)).sum();
    outputs.into_iter().enumerate().map(weighted).reduce(|sum, part| sum + part).expect("three")
}

fn loss(m: &Stack) -> Result<Tensor<f64>> {
    let [first, second] = m.starts.each_ref().map(|start| GruState { h: start.get() });
    let xs = Sequence::time_major(m.xs.get()).mask(mask())?;
    let (ys, state) = m.first.scan(xs, first)?;
    let (ys, last) = m.second.scan(ys, second)?;
    let pooled = ys.last()? + ys.mean()? * 2.0 - ys.attention(&random(&[STEPS, BATCH], 4))?;
    Ok(score([ys.data(), &pooled, &state.h], 10) + (last.h * random(&[BATCH, UNITS], 20)).sum())
}

/// The same by loops over each sequence's own steps.
fn loss_by_hand(m: &Stack) -> Result<Tensor<f64>> {
    let (mask, scores) = (mask(), random(&[STEPS, BATCH], 4));
    let shapes = [vec![STEPS, BATCH, UNITS], vec![BATCH, UNITS], vec![BATCH, UNITS]];
    let [of_steps, of_pooled, of_state] = [0, 1, 2].map(|at| random(&shapes[at], 10 + at as u64));
    let of_last = random(&[BATCH, UNITS], 20);
    let row = |x: &Tensor<f64>, at: usize| x.slice(0, at..at + 1);
    let mut total = Tensor::scalar(0.0);
    for at in 0..BATCH {
        let mut h = row(&m.starts[0].get(), at);
        let mut k = row(&m.starts[1].get(), at);
        let (mut outputs, mut exponentials) = (Vec::new(), Vec::new());
        for step in (0..STEPS).filter(|&step| mask.at([step, at])) {
            let x = row(&m.xs.get().select_index(0, step), at);
            h = m.first.step(&x, GruState { h })?.0;
            k = m.second.step(&h, GruState { h: k })?.0;
            total = total + (k.sin() * row(&of_steps.select_index(0, step), at)).sum();
            exponentials.push(scores.at([step, at]).exp());
            outputs.push(k.clone());
        }
        let sum: f64 = exponentials.iter().sum();
        let count = outputs.len() as f64;
        let mut pooled = Tensor::zeros([1, UNITS]);
        for (y, exponential) in outputs.iter().zip(&exponentials) {
            pooled = pooled + y * (2.0 / count) - y * (exponential / sum);
        }
        pooled = outputs.last().map_or(pooled.clone(), |last| &pooled + last);
        total = total + (pooled.sin() * row(&of_pooled, at)).sum() + (h.sin() * row(&of_state, at)).sum();
        total = total + (k * row(&of_last, at)).sum();
    }
    Ok(total)
}

#[track_caller]
fn agree(name: &str, model: &Stack) -> Result<Tensor<f64>> {
    let (found, gradients) = value_and_grad(model, loss)?;
    let (expected, by_hand) = value_and_grad(model, loss_by_hand)?;
    assert_close_to(name, found.as_slice(), expected.as_slice(), 1e-12);
    let gradient = gradients.flatten::<f64>()?;
    assert_close_to(name, gradient.as_slice(), by_hand.flatten::<f64>()?.as_slice(), 1e-12);
    check_gradients(model, loss, &mut rng(30))?;
    for (path, gradient) in gradients.iter() {
        let used = gradient.is_some_and(|gradient| gradient.to_f64_vec().iter().any(|value| value.abs() > 1e-6));
        assert!(used, "{name}: {path}");
    }
    Ok(gradient)
}

#[test]
fn two_layers_with_holes_are_loops_over_the_valid_steps() -> Result<()> {
    agree("two cells", &stack(cell(1)?, cell(2)?))?;
    Ok(())
}

#[test]
fn a_cell_that_is_both_layers_gets_the_sum_of_two_separate_ones() -> Result<()> {
    let own = cell(1)?;
    let size = own.count();
    let shared = stack(own.share(), own.share());
    let separate = stack(own.duplicate(), own.duplicate());
    assert_eq!((shared.count() + size, shared.first.u_n.id()), (separate.count(), shared.second.u_n.id()));
    let (together, apart) = (agree("shared", &shared)?, agree("duplicated", &separate)?);
    let sum = apart.slice(0, 0..size) + apart.slice(0, size..2 * size);
    assert_close_to("cells", together.slice(0, 0..size).as_slice(), sum.as_slice(), 1e-12);
    let (rest, expected) = (together.slice(0, size..together.count()), apart.slice(0, 2 * size..apart.count()));
    assert_close_to("data", rest.as_slice(), expected.as_slice(), 1e-12);
    // A copy of the tied stack is tied in the same way, to itself only.
    let copy = shared.duplicate();
    assert_eq!(copy.first.w_r.id(), copy.second.w_r.id());
    assert_ne!(copy.first.w_r.id(), shared.first.w_r.id());
    assert_eq!(agree("copy", &copy)?, together);
    Ok(())
}

#[test]
fn a_cell_can_share_some_gates_with_another_and_with_itself() -> Result<()> {
    let (mut first, mut second) = (cell(1)?, cell(2)?);
    first.u_z = first.w_z.share_transposed();
    second.u_r = first.u_n.share_transposed();
    second.b_r = first.c_n.as_ref().map(Param::share);
    second.b_n = None;
    let model = stack(first, second);
    assert_eq!(model.trainables()?.len(), 20 - 4 + 3);
    agree("shared gates", &model)?;
    Ok(())
}

/// A sequence without a step hands its start on: the gradient of the last state is that of the start.
#[test]
fn a_sequence_that_never_begins_hands_its_state_and_gradient_through() -> Result<()> {
    let model = stack(cell(1)?, cell(2)?);
    let (_, gradients) = value_and_grad(&model, |m| {
        let xs = Sequence::time_major(m.xs.get()).mask(mask())?;
        let (ys, state) = m.first.scan(xs, GruState { h: m.starts[0].get() })?;
        assert_eq!(state.h.select_index(0, 2), m.starts[0].get().select_index(0, 2));
        assert_eq!(ys.last()?.select_index(0, 2), Tensor::zeros([UNITS]));
        Ok::<_, Error>((state.h * random(&[BATCH, UNITS], 40)).sum())
    })?;
    let of_start = gradients.get(&model.starts[0]).expect("used");
    assert_eq!(of_start.select_index(0, 2), random(&[BATCH, UNITS], 40).select_index(0, 2));
    let of_inputs = gradients.get(&model.xs).expect("used");
    let valid = mask();
    for (step, at) in (0..STEPS).flat_map(|step| (0..BATCH).map(move |at| (step, at))) {
        let moved = of_inputs.select_index(0, step).select_index(0, at).abs().max().item() > 0.0;
        assert_eq!(moved, valid.at([step, at]), "step {step} of sequence {at}");
    }
    Ok(())
}
