use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::error::Result;
use crate::module::Module;
use crate::{Sequence, Tensor, grad};

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn random(shape: &[usize], seed: u64) -> Tensor<f64> {
    Tensor::normal(shape, 2.0, 3.0, &mut rng(seed))
}

#[track_caller]
fn assert_refused<T>(result: Result<T>, words: &str) {
    assert_eq!(result.err().expect("an error").to_string(), words);
}

#[test]
fn batches_of_all_sizes() {
    let list = |count, size| batches(count, size).unwrap().collect::<Vec<_>>();
    assert_eq!(list(0, 3), Vec::<Vec<usize>>::new());
    assert_eq!(list(3, 3), [[0, 1, 2]]);
    assert_eq!(list(4, 3), [vec![0, 1, 2], vec![3]]);
    assert_eq!(list(2, 9), [[0, 1]]);
    let mut some = batches(10, 4).unwrap();
    assert_eq!(some.len(), 3);
    some.next();
    assert_eq!(some.len(), 2);
    assert_eq!(some.without_rest().collect::<Vec<_>>(), [[4, 5, 6, 7]]);
    assert_eq!(batches(2, 9).unwrap().without_rest().len(), 0);
    assert_refused(batches(3, 0), "data::batches: the size of a batch should be at least 1, found 0");
    assert_refused(
        shuffled_batches(3, 0, &mut rng(1)),
        "data::shuffled_batches: the size of a batch should be at least 1, found 0",
    );
}

#[test]
fn every_order_is_as_likely_as_any_other() {
    let mut rng = rng(3);
    let mut seen = std::collections::BTreeMap::<Vec<usize>, u32>::new();
    for _ in 0..6000 {
        *seen.entry(shuffled(3, &mut rng)).or_default() += 1;
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.values().all(|times| (850..1150).contains(times)), "{seen:?}");
}

proptest! {
    #[test]
    fn shuffled_batches_have_each_example_once(count in 0_usize..60, size in 1_usize..20, seed: u64) {
        let all: Vec<Vec<usize>> = shuffled_batches(count, size, &mut rng(seed)).unwrap().collect();
        prop_assert!(all.iter().rev().skip(1).all(|batch| batch.len() == size));
        let mut all = all.concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..count).collect::<Vec<_>>());
    }

    #[test]
    fn padding_and_back_is_nothing(lengths in proptest::collection::vec(0_usize..6, 1..5), features in 0_usize..4) {
        let one = |(at, length): (usize, &usize)| random(&[*length, features, 2], at as u64);
        let sequences: Vec<Tensor<f64>> = lengths.iter().enumerate().map(one).collect();
        let padded = pad(&sequences).unwrap();
        prop_assert_eq!(padded.lengths_slice(), Some(&lengths[..]));
        prop_assert_eq!(unpad(&padded).unwrap(), sequences);
    }
}

#[test]
fn words_are_padded_by_zero() {
    let words = pad([Tensor::from([3_usize, 4]), Tensor::from([5, 6, 7])]).unwrap();
    assert_eq!(words.data(), &Tensor::from([[3_usize, 5], [4, 6], [0, 7]]));
    let nothing = pad([Tensor::<f32>::zeros([0, 2]), Tensor::zeros([0, 2])]).unwrap();
    assert_eq!((nothing.steps(), nothing.batch()), (0, 2));
}

#[test]
fn what_cannot_be_padded() {
    assert_refused(
        pad::<f32>(Vec::<Tensor>::new()),
        "data::pad: expected at least one sequence, found none; nothing says what the shape of a step is",
    );
    assert_refused(
        pad([Tensor::<f32>::zeros([3, 2]), Tensor::zeros([3, 4])]),
        "data::pad: `sequences[1]` should have shape [T, 2], as the first one has, found [3, 4]",
    );
    assert_refused(
        pad([Tensor::scalar(1.0)]),
        "data::pad: `sequences[0]` should have shape [T, ..] of 1 to 7 axes, found []",
    );
    assert_refused(
        pad([Tensor::<f32>::zeros([1; 8])]),
        "data::pad: `sequences[0]` should have shape [T, ..] of 1 to 7 axes, found [1, 1, 1, 1, 1, 1, 1, 1]",
    );
}

#[test]
fn unpadding_without_lengths_and_with_a_mask() {
    let data = random(&[3, 2, 4], 1);
    let parts = unpad(&Sequence::time_major(data.clone())).unwrap();
    assert_eq!(parts[1], data.slice(1, 1..2).reshape([3, 4]));
    let masked = Sequence::time_major(data).mask(Tensor::full([3, 2], true)).unwrap();
    assert_refused(
        unpad(&masked),
        "data::unpad: the sequences have a mask, which may have holes; give them lengths instead",
    );
    let error = unpad(&Sequence::time_major(random(&[3], 1))).unwrap_err();
    assert_eq!(error.to_string(), "Sequence: `data` should have shape [T, B, ..], found [3]");
}

#[test]
fn gradients_flow_through_unpadding() {
    let model = crate::Param::new(random(&[3, 2], 1));
    let gradients = grad(&model, |m| {
        let parts = unpad(&Sequence::time_major(m.get()).lengths(&[3, 1])?)?;
        Ok::<_, crate::Error>(parts[0].sum() + parts[1].sum() * 10.0)
    });
    let gradient = gradients.unwrap().get(&model).unwrap();
    assert_eq!(gradient, Tensor::from([[1.0, 10.0], [1.0, 0.0], [1.0, 0.0]]));
}

#[test]
fn windows_slide_by_the_stride() {
    let series = Tensor::from([[0_usize, 10], [1, 11], [2, 12], [3, 13], [4, 14], [5, 15]]);
    let found = windows(&series, 3, 2).unwrap();
    assert_eq!(found.shape(), [3, 2, 2]);
    assert_eq!(found.to_vec(), [0, 10, 2, 12, 1, 11, 3, 13, 2, 12, 4, 14]);
    assert_eq!(windows(&series, 6, 1).unwrap().shape(), [6, 1, 2]);
    assert_eq!(windows(&series, 1, 9).unwrap().to_vec(), [0, 10]);
    assert_eq!(windows(&Tensor::<f32>::zeros([4, 0]), 2, 1).unwrap().shape(), [2, 3, 0]);
}

#[test]
fn windows_that_cannot_be() {
    let series = Tensor::<f32>::zeros([4]);
    let words = "data::windows: expected windows of at most the 4 steps of the series, found a length of 5";
    assert_refused(windows(&series, 5, 1), words);
    assert_refused(windows(&series, 0, 1), "data::windows: the length of the windows should be at least 1, found 0");
    assert_refused(windows(&series, 1, 0), "data::windows: the stride of the windows should be at least 1, found 0");
    let words = "data::windows: `series` should have shape [T, ..] of 1 to 7 axes, found []";
    assert_refused(windows(&Tensor::<f32>::scalar(1.0), 1, 1), words);
}

#[test]
fn splits_are_whole_and_never_empty() {
    assert_eq!(split(2, 0.5).unwrap(), [[0], [1]]);
    assert_eq!(split(3, 0.5).unwrap().map(|part| part.len()), [1, 2], "halves are rounded up");
    let [mut train, test] = shuffled_split(20, 0.25, &mut rng(1)).unwrap();
    assert_eq!(test.len(), 5);
    assert_ne!(test, [15, 16, 17, 18, 19]);
    train.extend(test);
    train.sort_unstable();
    assert_eq!(train, (0..20).collect::<Vec<_>>());
    assert_refused(
        split(10, 0.01),
        "data::split: the fraction 0.01 of 10 examples leaves 10 to train and 0 to test; the test part should have at \
         least 1",
    );
    assert_refused(
        shuffled_split(10, 0.99, &mut rng(1)),
        "data::shuffled_split: the fraction 0.99 of 10 examples leaves 0 to train and 10 to test; the training part \
         should have at least 1",
    );
    for fraction in [0.0, 1.0, -0.5, f64::NAN] {
        let words = format!("data::split: the fraction for the test should be between 0 and 1, found {fraction}");
        assert_refused(split(10, fraction), &words);
    }
    assert!(split(0, 0.5).is_err());
}

#[test]
fn standardised_features_have_mean_0_and_deviation_1() {
    let train = [random(&[4, 5, 3], 1), random(&[7, 3], 2) * 10.0];
    let scale = Standardisation::fit(&train).unwrap();
    let all: Vec<f64> = train.iter().flat_map(|part| scale.apply(part).unwrap().to_vec()).collect();
    for feature in 0..3 {
        let of: Vec<f64> = all.iter().skip(feature).step_by(3).copied().collect();
        let mean = of.iter().sum::<f64>() / 27.0;
        let variance = of.iter().map(|x| x * x).sum::<f64>() / 27.0;
        assert!(mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-13, "{mean} {variance}");
    }
    let back = scale.invert(&scale.apply(&train[0]).unwrap()).unwrap();
    assert!((back - &train[0]).abs().max().item() < 1e-13);
}

#[test]
fn a_feature_that_never_changes_becomes_0() {
    let scale = Standardisation::fit([Tensor::from([[0.1, 1.0], [0.1, 3.0], [0.1, 5.0]])]).unwrap();
    assert_eq!(scale.deviation().at([0]), 1.0);
    assert_eq!(scale.apply(&Tensor::from([0.1, 3.0])).unwrap().to_vec(), [0.0, 0.0]);
}

#[test]
fn large_values_keep_their_deviation() {
    let train = Tensor::from([[1e8_f32 - 8.0], [1e8 + 8.0]]);
    assert_eq!(Standardisation::fit([&train]).unwrap().deviation().to_vec(), [8.0]);
}

#[test]
fn a_standardisation_belongs_to_its_model() {
    let scale = Standardisation::fit([random(&[9, 2], 1)]).unwrap();
    assert_eq!(scale.count(), 0, "there is nothing to train");
    let single: Standardisation<f32> = scale.cast().unwrap();
    assert_eq!(single.mean(), scale.mean().cast::<f32>());
    assert_eq!(scale.duplicate().deviation(), scale.deviation());
}

#[test]
fn what_cannot_be_standardised() {
    let fit = |parts: Vec<Tensor<f64>>| Standardisation::fit(parts);
    assert_refused(fit(vec![]), "Standardisation::fit: expected at least one tensor, found none");
    let words = "Standardisation::fit: expected at least one element of each feature, found none";
    assert_refused(fit(vec![Tensor::zeros([0, 3])]), words);
    assert_refused(fit(vec![Tensor::zeros([3, 0])]), words);
    assert_refused(
        fit(vec![random(&[2, 3], 1), random(&[2, 4], 1)]),
        "Standardisation::fit: `train[1]` should have shape [.., 3], as the first one has, found [2, 4]",
    );
    assert_refused(
        fit(vec![Tensor::scalar(1.0)]),
        "Standardisation::fit: `train[0]` should have shape [.., D], found []",
    );
    let words =
        "Standardisation::fit: feature 1 has an element that is not finite or too large; repair or drop it first";
    assert_refused(fit(vec![Tensor::from([[1.0, f64::NAN], [1.0, 2.0]])]), words);
    assert_refused(fit(vec![Tensor::from([[1.0, 1.0], [1.0, f64::INFINITY]])]), words);
    let scale = fit(vec![random(&[2, 3], 1)]).unwrap();
    let words = "Standardisation::apply: `x` should have shape [.., 3], found [3, 2]";
    assert_refused(scale.apply(&random(&[3, 2], 1)), words);
    assert!(scale.invert(&Tensor::scalar(1.0)).is_err());
}
