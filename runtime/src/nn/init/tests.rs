use rand::SeedableRng;
use rand::rngs::StdRng;

use super::Init;
use crate::tensor::Tensor;

const SHAPE: [usize; 2] = [400, 300];

fn draw(init: Init) -> Tensor<f64> {
    init.tensor(SHAPE, &mut StdRng::seed_from_u64(5))
}

/// Asserts mean 0 and the variance, each up to five of its standard errors.
#[track_caller]
fn assert_moments(init: Init, variance: f64, kurtosis: f64) {
    let x = draw(init);
    let count = x.count() as f64;
    let mean = x.mean().item();
    assert!(mean.abs() < 5.0 * (variance / count).sqrt(), "{init:?}: mean {mean}");
    let relative = x.variance().item() / variance - 1.0;
    let error = ((kurtosis - 1.0) / count).sqrt();
    assert!(relative.abs() < 5.0 * error, "{init:?}: variance off by {relative}");
}

/// Asserts that the elements fill the range `[-bound, bound)` evenly.
#[track_caller]
fn assert_even(init: Init, bound: f64) {
    assert_moments(init, bound * bound / 3.0, 1.8);
    let largest = draw(init).abs().max().item();
    assert!(largest <= bound && largest > 0.999 * bound, "{init:?}: largest {largest}, bound {bound}");
}

#[test]
fn even_rules_have_their_bounds() {
    let [output, input] = SHAPE.map(|size| size as f64);
    assert_even(Init::uniform(0.3), 0.3);
    assert_even(Init::GlorotUniform, (6.0 / (input + output)).sqrt());
    assert_even(Init::KaimingUniform, (6.0 / input).sqrt());
}

#[test]
fn normal_rules_have_their_variances_and_tails() {
    let [output, input] = SHAPE.map(|size| size as f64);
    let rules = [
        (Init::Normal { deviation: 0.3 }, 0.09),
        (Init::GlorotNormal, 2.0 / (input + output)),
        (Init::KaimingNormal, 2.0 / input),
    ];
    for (init, variance) in rules {
        assert_moments(init, variance, 3.0);
        let largest = draw(init).abs().max().item() / variance.sqrt();
        assert!(largest > 4.0 && largest < 6.0, "{init:?}: not truncated, and no outliers: {largest}");
    }
}

#[test]
fn range_need_not_be_symmetric() {
    let x = draw(Init::Uniform { low: 2.0, high: 5.0 });
    assert!((x.mean().item() - 3.5).abs() < 0.02);
    assert!(x.min().item() >= 2.0 && x.max().item() < 5.0);
}

#[test]
fn fans_follow_the_shape() {
    assert_eq!(super::fans(&[].into()), (1.0, 1.0));
    assert_eq!(super::fans(&[7].into()), (1.0, 7.0));
    assert_eq!(super::fans(&[7, 3].into()), (3.0, 7.0));
    assert_eq!(super::fans(&[7, 3, 2, 5].into()), (30.0, 70.0));
}

#[test]
fn orthogonal_matrices_have_orthonormal_rows_or_columns() {
    for shape in [[60, 60], [60, 35], [35, 60], [1, 9], [9, 1]] {
        let gain = 1.5;
        let q: Tensor<f64> = Init::Orthogonal { gain }.tensor(shape, &mut StdRng::seed_from_u64(6)) / gain;
        assert_eq!(q.shape(), shape);
        let transposed = q.transpose(0, 1);
        let product = if shape[0] <= shape[1] { q.matmul(&transposed) } else { transposed.matmul(&q) };
        let error = (product - Tensor::identity(shape[0].min(shape[1]))).abs().max().item();
        assert!(error < 1e-12, "{shape:?}: {error}");
    }
}

/// Without the positive diagonal of R the corner would have one sign.
#[test]
fn orthogonal_matrices_have_no_preferred_direction() {
    let mut rng = StdRng::seed_from_u64(7);
    let corners = (0..2000).map(|_| Init::Orthogonal { gain: 1.0 }.tensor::<f64>([3, 3], &mut rng).at([0, 0]));
    let corners: Tensor<f64> = corners.collect::<Vec<_>>().into();
    assert!(corners.mean().item().abs() < 5.0 * (1.0 / 3.0 / 2000.0_f64).sqrt());
    assert!((corners.variance().item() - 1.0 / 3.0).abs() < 0.04);
}

#[test]
fn fixed_rules_need_no_draws() {
    let mut rng = StdRng::seed_from_u64(8);
    let mut of = |init: Init| init.tensor::<f32>([2, 3], &mut rng).to_vec();
    assert_eq!(of(Init::Zeros), [0.0; 6]);
    assert_eq!(of(Init::Ones), [1.0; 6]);
    assert_eq!(of(Init::Constant(2.5)), [2.5; 6]);
    assert_eq!(of(Init::Identity), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(rng, StdRng::seed_from_u64(8));
}

#[test]
fn both_element_types_get_the_same_numbers() {
    for init in [Init::GlorotUniform, Init::KaimingNormal, Init::Orthogonal { gain: 2.0 }] {
        let wide: Tensor<f64> = init.tensor([5, 4], &mut StdRng::seed_from_u64(9));
        let narrow: Tensor<f32> = init.tensor([5, 4], &mut StdRng::seed_from_u64(9));
        assert_eq!(wide.cast::<f32>(), narrow);
    }
}

#[test]
fn shapes_without_elements_are_fine() {
    for init in [Init::GlorotUniform, Init::KaimingNormal, Init::Orthogonal { gain: 1.0 }, Init::Identity] {
        let empty: Tensor<f64> = init.tensor([0, 3], &mut StdRng::seed_from_u64(10));
        assert_eq!(empty.shape(), [0, 3]);
        assert_eq!(init.tensor::<f64>([3, 0], &mut StdRng::seed_from_u64(10)).shape(), [3, 0]);
    }
}

#[test]
#[should_panic(expected = "Init::Orthogonal: expected a matrix [out, in], found shape [4]")]
fn orthogonal_vectors_are_refused() {
    let _: Tensor = Init::Orthogonal { gain: 1.0 }.tensor([4], &mut StdRng::seed_from_u64(11));
}

#[test]
#[should_panic(expected = "Init::Identity: expected a matrix [out, in], found shape [2, 2, 2]")]
fn identity_stacks_are_refused() {
    let _: Tensor = Init::Identity.tensor([2, 2, 2], &mut StdRng::seed_from_u64(11));
}
