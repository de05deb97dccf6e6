//! Pooling: as if every sequence were pooled alone, over its own steps only.

use super::lengths::read_mask;
use super::samples::{Cut, weighted};
use crate::support::{assert_close, random, rng};
use recurve::{Param, Result, Sequence, Tensor, check_gradients, concat, grad};

const STEPS: usize = 5;
const BATCH: usize = 4;

type Pooled = fn(&Sequence<Tensor<f64>>, &Tensor<f64>) -> Result<Tensor<f64>>;

const POOLINGS: [(&str, Pooled); 4] = [
    ("last", |ys, _| ys.last()),
    ("mean", |ys, _| ys.mean()),
    ("max", |ys, _| ys.max()),
    ("attention", |ys, scores| ys.attention(scores)),
];

#[test]
fn pooling_sees_valid_steps_only() -> Result<()> {
    for mask in ["1011 0001 1101 0001 1001", "1111 1111 1111 1111 1111", "0000 0000 0000 0000 0000"].map(read_mask) {
        for (name, pool) in POOLINGS {
            let (xs, scores) = (random(&[STEPS, BATCH, 3], 1), random(&[STEPS, BATCH], 2));
            let pooled = pool(&Sequence::time_major(xs.clone()).mask(mask.clone())?, &scores)?;
            let rows = (0..BATCH).map(|row| {
                let steps: Vec<usize> = (0..STEPS).filter(|&step| mask.at([step, row])).collect();
                let alone = Cut::Sequence { steps: &steps, row }.of(&(xs.clone(), scores.clone()));
                pool(&Sequence::time_major(alone.0), &alone.1)
            });
            let rows = rows.collect::<Result<Vec<_>>>()?;
            assert_close(name, &pooled, &concat(&rows.iter().collect::<Vec<_>>(), 0)?);
        }
    }
    Ok(())
}

#[test]
fn gradients_of_pooling_are_right() -> Result<()> {
    let lengths = [5, 2, 0, 1];
    let leaves = (Param::new(random(&[STEPS, BATCH, 3], 3)), Param::new(random(&[STEPS, BATCH], 4)));
    for (_, pool) in POOLINGS {
        let loss = |(xs, scores): &(Param<f64>, Param<f64>)| -> Result<Tensor<f64>> {
            let ys = Sequence::time_major(xs.get());
            let plain = weighted(&pool(&ys, &scores.get())?, 5);
            Ok(plain + weighted(&pool(&ys.lengths(&lengths)?, &scores.get())?.square(), 6))
        };
        check_gradients(&leaves, loss, &mut rng(7))?;
    }
    Ok(())
}

#[test]
fn padding_reaches_no_pooled_value_and_no_gradient() -> Result<()> {
    let mask = read_mask("1011 0001 1101 0001 1001");
    let leaves = (Param::new(random(&[STEPS, BATCH, 3], 8)), Param::new(random(&[STEPS, BATCH], 9)));
    for (name, pool) in POOLINGS {
        let run = |spoil: f64| {
            let found = grad(&leaves, |(xs, scores)| -> Result<_> {
                let (xs, scores) = Cut::Spoil { mask: &mask, value: spoil }.of(&(xs.get(), scores.get()));
                Ok(weighted(&pool(&Sequence::time_major(xs).mask(mask.clone())?, &scores)?, 10))
            })?;
            found.flatten::<f64>()
        };
        let clean = run(1.0)?;
        assert!(clean.is_finite(), "{name}");
        assert_eq!(run(f64::NAN)?, clean, "{name}");
        assert_eq!(run(f64::INFINITY)?, clean, "{name}");
    }
    Ok(())
}

#[test]
fn empty_sequences_pool_to_zeros() -> Result<()> {
    for (name, pool) in POOLINGS {
        for (steps, batch) in [(0, 2), (0, 0), (3, 0)] {
            let pooled = pool(&Tensor::zeros([steps, batch, 3]).into(), &Tensor::zeros([steps, batch]))?;
            assert_eq!(pooled, Tensor::zeros([batch, 3]), "{name} of {steps} steps");
        }
        let none = Sequence::time_major(random(&[2, 2, 3], 11)).lengths(&[0, 0])?;
        assert_eq!(pool(&none, &random(&[2, 2], 12))?, Tensor::zeros([2, 3]), "{name}");
    }
    Ok(())
}

#[test]
fn attention_weights_sum_to_one_over_valid_steps() -> Result<()> {
    let ys = Sequence::time_major(random(&[3, 3, 2], 13)).lengths(&[3, 1, 0])?;
    let weights = ys.attention_weights(&random(&[3, 3], 14))?;
    assert_close("sums", &weights.sum_axes(0), &Tensor::from([1.0, 1.0, 0.0]));
    assert_eq!(weights.at([0, 1]), 1.0);
    assert!((0..3).all(|step| weights.at([step, 2]) == 0.0));
    Ok(())
}

#[test]
fn scalars_over_time_are_pooled_too() -> Result<()> {
    let ys = Sequence::time_major(Tensor::from([[1.0, -2.0], [3.0, -4.0]])).lengths(&[2, 1])?;
    assert_eq!(ys.last()?.to_vec(), [3.0, -2.0]);
    assert_eq!(ys.mean()?.to_vec(), [2.0, -2.0]);
    assert_eq!(ys.max()?.to_vec(), [3.0, -2.0]);
    assert_eq!(ys.attention(&Tensor::zeros([2, 2]))?.to_vec(), [2.0, -2.0]);
    Ok(())
}
