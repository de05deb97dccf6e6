//! Cells, scans and sequences: what they compute, and that all gradients are right.

mod contexts;
mod lengths;
mod misuse;
mod pooling;
mod replaced;
mod samples;
mod wrappers;

use crate::support::{assert_close_to, random, rng};
use recurve::{
    Cell, Error, Gru, GruState, Module, Param, Result, Sequence, Tensor, Tensors, check_gradients, stack,
    value_and_grad,
};
use samples::{Clocked, Counter, Cut, Lstm, Sample, dense, gradients, weighted};

#[test]
fn scans_are_loops_over_steps() -> Result<()> {
    scan_is_loop::<Gru<f64>>()?;
    scan_is_loop::<Lstm>()?;
    scan_is_loop::<Clocked>()
}

fn scan_is_loop<C: Sample>() -> Result<()> {
    let (steps, batch) = (4, 3);
    let model = C::sample(steps, batch, 1);
    let scanned = gradients(&model, |(cell, leaves)| {
        let (ys, state) = cell.scan(C::inputs(leaves), C::state(leaves))?;
        let outputs = (0..steps).map(|step| weighted(&Cut::At(step).of(ys.data()), step as u64));
        Ok(outputs.fold(weighted(&state, 9), |sum, part| sum + part))
    })?;
    let stepped = gradients(&model, |(cell, leaves)| {
        let (xs, mut state) = (C::inputs(leaves), C::state(leaves));
        let mut loss = Tensor::scalar(0.0);
        for step in 0..steps {
            let (y, next) = cell.step(&Cut::At(step).of(&xs), state)?;
            (loss, state) = (loss + weighted(&y, step as u64), next);
        }
        Ok(loss + weighted(&state, 9))
    })?;
    assert_close_to("scan and loop", scanned.as_slice(), stepped.as_slice(), 1e-13);
    Ok(())
}

#[test]
fn gradients_are_right_for_all_sizes() -> Result<()> {
    gradients_for_all_sizes::<Gru<f64>>()?;
    gradients_for_all_sizes::<Lstm>()?;
    gradients_for_all_sizes::<Clocked>()
}

fn gradients_for_all_sizes<C: Sample>() -> Result<()> {
    for steps in [0, 1, 2, 5] {
        for batch in [0, 1, 3] {
            let model = C::sample(steps, batch, 2);
            let loss = |(cell, leaves): &(C, C::Leaves)| -> Result<Tensor<f64>> {
                let (ys, state) = cell.scan(C::inputs(leaves), C::state(leaves))?;
                assert_eq!((ys.steps(), ys.batch()), (steps, batch));
                Ok(weighted(ys.data(), 3) + weighted(&state, 5))
            };
            check_gradients(&model, loss, &mut rng(4))?;
            every_gradient_is_present(&model, loss, steps * batch == 0)?;
        }
    }
    Ok(())
}

/// Also without steps or sequences there is a gradient, of zeros; only the initial state's may differ.
fn every_gradient_is_present<C: Sample>(
    model: &(C, C::Leaves),
    loss: impl Fn(&(C, C::Leaves)) -> Result<Tensor<f64>>,
    empty: bool,
) -> Result<()> {
    let (_, found) = value_and_grad(model, loss)?;
    for parameter in model.trainables()? {
        let gradient = found.by_id(parameter.id()).unwrap_or_else(|| panic!("{} has no gradient", parameter.path()));
        assert_eq!(gradient.shape(), &*parameter.shape(), "{}", parameter.path());
        let zero = gradient.to_f64_vec().iter().all(|value| *value == 0.0);
        let expected = empty && (parameter.path().starts_with("0.") || gradient.to_f64_vec().is_empty());
        assert!(zero || !expected, "{} should have a gradient of zeros", parameter.path());
    }
    Ok(())
}

#[test]
fn empty_scans_have_shapes_and_hand_the_state_through() -> Result<()> {
    let gru = dense(&Gru::with_dtype(2, 3, &mut rng(1)), 2)?;
    let h = random(&[4, 3], 3);
    let (ys, state) = gru.scan(Tensor::zeros([0, 4, 2]), GruState { h: h.clone() })?;
    assert_eq!(ys.data().shape(), [0, 4, 3]);
    assert_eq!(state.h, h);
    let (ys, state) = gru.scan(Tensor::zeros([5, 0, 2]), None)?;
    assert_eq!((ys.data().shape(), state.h.shape()), (&[5, 0, 3][..], &[0, 3][..]));
    let (ys, _) = Clocked::sample(1, 1, 1).0.scan((Tensor::zeros([0, 4, 2]), Tensor::zeros([0, 4])), None)?;
    assert_eq!((ys.data().0.shape(), ys.data().1.shape()), (&[0, 4, 3][..], &[0, 4][..]));
    Ok(())
}

#[test]
fn inputs_are_taken_by_reference_by_value_and_as_sequences() -> Result<()> {
    let gru = dense(&Gru::with_dtype(2, 3, &mut rng(1)), 2)?;
    let xs = random(&[4, 2, 2], 3);
    let (expected, _) = gru.scan(&xs, None)?;
    assert!(!expected.data().is_tracked());
    let sequence = Sequence::time_major(xs.clone());
    for (ys, state) in [
        gru.scan(&sequence, gru.initial_state(2)?)?,
        gru.scan(sequence, Some(gru.initial_state(2)?))?,
        gru.scan(xs.clone(), None)?,
    ] {
        assert_eq!(ys.data(), expected.data());
        assert_eq!(state.h, expected.last()?);
    }
    let (steps, _) = gru.scan_steps(&xs, None)?;
    assert!((steps.data() - expected.data()).abs().to_vec().iter().all(|difference| *difference < 1e-12));
    Ok(())
}

#[test]
fn batch_major_is_time_major() -> Result<()> {
    let model = Gru::<f64>::sample(4, 3, 6);
    let lengths = [2, 4, 1];
    let run = |batch_major: bool| {
        gradients(&model, |(gru, leaves)| {
            let xs = leaves.0.get();
            let xs = if batch_major { Sequence::batch_major(xs.transpose(0, 1)) } else { Sequence::time_major(xs) };
            let (ys, _) = gru.scan(xs.lengths(&lengths)?, None)?;
            Ok(weighted(&ys.to_batch_major(), 7) + weighted(&ys.to_batch_major().transpose(0, 1).sum_axes(2), 8))
        })
    };
    assert_eq!(run(true)?, run(false)?);
    let mask = Tensor::from([[true, false, true], [false, true, true]]);
    let masked = Sequence::batch_major(random(&[2, 3, 1], 9)).mask(mask.clone())?;
    assert_eq!(masked.mask_tensor().map(Tensor::to_vec), Some(vec![true, false, false, true, true, true]));
    Ok(())
}

#[test]
fn all_ways_to_the_last_output_have_equal_gradients() -> Result<()> {
    let model = Gru::<f64>::sample(5, 3, 10);
    let weight = random(&[3, 3], 11);
    type Last = fn(&Sequence<Tensor<f64>>, &GruState<f64>) -> Result<Tensor<f64>>;
    let ways: [Last; 4] = [
        |ys, _| Ok(ys.data().select_index(0, 4)),
        |ys, _| Ok(ys.data().slice(0, 4..5).squeeze(0)),
        |ys, _| ys.last(),
        |_, state| Ok(state.h.clone()),
    ];
    let found = ways.map(|last| {
        gradients(&model, |(gru, leaves)| {
            let (ys, state) = gru.scan(Gru::inputs(leaves), Gru::state(leaves))?;
            Ok((last(&ys, &state)? * &weight).sum())
        })
    });
    let [first, rest @ ..] = found;
    let first = first?;
    assert!(first.as_slice().iter().any(|value| value.abs() > 1e-3));
    for other in rest {
        assert_close_to("gradients", other?.as_slice(), first.as_slice(), 1e-14);
    }
    Ok(())
}

#[test]
fn detached_states_end_the_back_propagation() -> Result<()> {
    let (gru, leaves) = Gru::<f64>::sample(6, 2, 12);
    let xs = leaves.0.get();
    let (early, late) = (xs.slice(0, 0..2), xs.slice(0, 2..6));
    let truncated = gradients(&gru, |gru| {
        let (_, state) = gru.scan(&early, None)?;
        let (ys, _) = gru.scan(&late, state.detach())?;
        Ok(weighted(ys.data(), 13))
    })?;
    let (_, carried) = gru.scan(&early, None)?;
    let alone = gradients(&gru, |gru| Ok(weighted(gru.scan(&late, carried.clone())?.0.data(), 13)))?;
    assert_eq!(truncated, alone);
    let whole = gradients(&gru, |gru| Ok(weighted(&gru.scan(&xs, None)?.0.data().slice(0, 2..6), 13)))?;
    let far = whole.as_slice().iter().zip(truncated.as_slice()).any(|(a, b)| (a - b).abs() > 1e-3);
    assert!(far, "the whole scan sees the early steps");
    Ok(())
}

#[test]
fn weights_shared_between_layers_are_one_parameter() -> Result<()> {
    #[derive(Module)]
    struct Stack {
        first: Lstm,
        second: Lstm,
        xs: Param<f64>,
    }
    let (mut first, mut second) = (Lstm::random(2, 3, 14), Lstm::random(3, 3, 15));
    second.u = first.u.share();
    let single = first.count() + second.count() - 12 * 3;
    let stacked = Stack { first: first.share(), second, xs: Param::new(random(&[4, 3, 2], 16)) };
    assert_eq!(stacked.count(), single + 4 * 3 * 2);
    let loss = |stack: &Stack| -> Result<Tensor<f64>> {
        let xs = Sequence::time_major(stack.xs.get()).lengths(&[4, 0, 2])?;
        let (ys, _) = stack.first.scan(xs, None)?;
        let (ys, state) = stack.second.scan(ys, None)?;
        assert_eq!(ys.lengths_slice(), Some(&[4, 0, 2][..]));
        Ok(weighted(ys.data(), 17) + weighted(&state, 18))
    };
    check_gradients(&stacked, loss, &mut rng(19))?;
    let before = loss(&stacked)?;
    first.u.set(random(&[12, 3], 20))?;
    assert_ne!(loss(&stacked)?, before);
    Ok(())
}

#[test]
fn values_that_are_not_real_numbers_are_carried_too() -> Result<()> {
    let tokens = Tensor::from([[1_usize, 5], [3, 7], [2, 9]]);
    let ((sums, odd), (total, seen)) = run_counter(Sequence::time_major(tokens.clone()).lengths(&[3, 1])?)?;
    assert_eq!(sums.to_vec(), [1, 5, 4, 0, 6, 0]);
    assert_eq!(odd.to_vec(), [true, true, false, false, false, false]);
    assert_eq!((total.to_vec(), seen.to_vec()), (vec![6, 5], vec![true, true]));
    let ((sums, _), (total, _)) = run_counter(Sequence::batch_major(tokens))?;
    assert_eq!(sums.shape(), [2, 3]);
    assert_eq!(total.to_vec(), [6, 10, 11]);
    let ((sums, odd), (_, seen)) = run_counter(Sequence::time_major(Tensor::full([0, 2], 0)))?;
    assert_eq!((sums.shape(), odd.shape(), seen.to_vec()), (&[0, 2][..], &[0, 2][..], vec![false, false]));
    Ok(())
}

type Counted = (Tensor<usize>, Tensor<bool>);

fn run_counter(tokens: Sequence<Tensor<usize>>) -> Result<(Counted, Counted)> {
    let (ys, state) = Counter.scan(tokens, None)?;
    Ok((ys.into_data(), state))
}

#[test]
fn new_cells_have_even_weights_and_no_bias() -> Result<()> {
    let gru = Gru::new(5, 4, &mut rng(21));
    assert_eq!(gru.count(), 3 * (4 * 5 + 4 * 4) + 4 * 4);
    let (weights, biases) = (gru.flatten::<f32>()?.0, 3 * (4 * 5 + 4 * 4));
    assert!(weights.slice(0, 0..biases).as_slice().iter().all(|weight| weight.abs() <= 0.5 && *weight != 0.0));
    assert!(weights.slice(0, biases..biases + 16).as_slice().iter().all(|bias| *bias == 0.0));
    let double = Gru::<f64>::with_dtype(5, 4, &mut rng(21));
    let xs = random(&[7, 3, 5], 22);
    let (ys, _) = gru.scan(xs.cast::<f32>(), None)?;
    let (expected, _) = double.scan(&xs, None)?;
    assert_close_to("f32", ys.data().cast::<f64>().as_slice(), expected.data().as_slice(), 1e-5);
    Ok(())
}

#[test]
fn a_bias_that_is_none_is_zero_and_no_parameter() -> Result<()> {
    let mut gru = dense(&Gru::with_dtype(2, 3, &mut rng(23)), 24)?;
    let xs = random(&[4, 2, 2], 25);
    for bias in [&mut gru.b_r, &mut gru.b_z, &mut gru.b_n, &mut gru.c_n] {
        bias.as_mut().expect("a bias").set(Tensor::zeros([3]))?;
    }
    let (zero, _) = gru.scan(&xs, None)?;
    (gru.b_r, gru.b_z, gru.b_n, gru.c_n) = (None, None, None, None);
    let (none, _) = gru.scan(&xs, None)?;
    assert_eq!(none.data(), zero.data());
    assert_eq!(gru.count(), 3 * (3 * 2 + 3 * 3));
    check_gradients(&gru, |gru| Ok(weighted(gru.scan(&xs, None)?.0.data(), 26)), &mut rng(27))?;
    Ok(())
}

#[test]
fn layers_between_scans_keep_lengths() -> Result<()> {
    let gru = dense(&Gru::with_dtype(2, 3, &mut rng(28)), 29)?;
    let (ys, _) = gru.scan(Sequence::time_major(random(&[4, 2, 2], 30)).lengths(&[4, 1])?, None)?;
    let head = random(&[2, 3], 31);
    let zs = ys.map(|y| Ok(y.matmul_transposed(&head) + 1.0))?;
    assert_eq!(zs.lengths_slice(), Some(&[4, 1][..]));
    assert_eq!(zs.data().slice(0, 1..4).select_index(1, 1), Tensor::zeros([3, 2]));
    let step = |t| ys.data().select_index(0, t).matmul_transposed(&head) + 1.0;
    let first = stack(&(0..4).map(step).collect::<Vec<_>>().iter().collect::<Vec<_>>(), 0)?.select_index(1, 0);
    assert_close_to("head", zs.data().select_index(1, 0).as_slice(), first.as_slice(), 1e-14);
    let refused = ys.map(|_| Err::<Tensor, _>(Error::shape("head", "x", "[2]", &[3])));
    assert_eq!(refused.unwrap_err().to_string(), "head: `x` should have shape [2], found [3]");
    Ok(())
}
