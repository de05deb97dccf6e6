//! Values against formulas that are written independently.

use crate::{Result, Tensor, stack};

type Row = (&'static str, fn(&Tensor<f64>) -> Tensor<f64>, fn(f64) -> f64);

#[track_caller]
fn assert_close(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-13 * (1.0 + expected.abs()), "{what}: {found} instead of {expected}");
}

#[test]
fn functions_of_one_number_have_their_values() {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let table: [Row; 20] = [
        ("neg", |x| -x, |x| 0.0 - x),
        ("exp", |x| x.exp(), f64::exp),
        ("expm1", |x| x.expm1(), |x| x.exp() - 1.0),
        ("ln", |x| x.ln(), |x| x.log2() * std::f64::consts::LN_2),
        ("log1p", |x| x.log1p(), |x| (1.0 + x).ln()),
        ("sqrt", |x| x.sqrt(), |x| x.powf(0.5)),
        ("square", |x| x.square(), |x| x.powi(2)),
        ("recip", |x| x.recip(), |x| x.powi(-1)),
        ("abs", |x| x.abs(), |x| x.max(-x)),
        ("sign", |x| x.sign(), f64::signum),
        ("floor", |x| x.floor(), |x| x.div_euclid(1.0)),
        ("sin", |x| x.sin(), |x| (std::f64::consts::FRAC_PI_2 - x).cos()),
        ("cos", |x| x.cos(), |x| (std::f64::consts::FRAC_PI_2 - x).sin()),
        ("powf", |x| x.powf(2.5), |x| (2.5 * x.ln()).exp()),
        ("clamp", |x| x.clamp(0.5, 1.5), |x| x.clamp(0.5, 1.5)),
        ("scale", |x| x * 1.5, |x| x + x / 2.0),
        ("offset", |x| x - 1.5, |x| x - 1.5),
        ("division by a number", |x| x / 3.0, |x| x / 3.0),
        ("a number minus", |x| 3.0 - x, |x| 3.0 - x),
        ("a number divided", |x| 3.0 / x, |x| 3.0 / x),
    ];
    for (name, function, expected) in table {
        for point in [0.3, 0.7, 1.1, 2.9] {
            assert_close(name, function(&Tensor::scalar(point)).item(), expected(point));
        }
    }
    for point in [-2.5, -0.3, 0.7] {
        assert_close("silu", Tensor::scalar(point).silu().item(), point * sigmoid(point));
        assert_close("floor", Tensor::scalar(point).floor().item(), point.div_euclid(1.0));
        assert_close("sign", Tensor::scalar(point).sign().item(), point.signum());
    }
    // Abramowitz and Stegun, table 7.1.
    assert_close("erf", Tensor::scalar(0.5).erf().item(), 0.520_499_877_813_046_5);
    assert_close("erf", Tensor::scalar(-1.0).erf().item(), -0.842_700_792_949_714_9);
}

/// Near 0 the plain formulas lose all digits.
#[test]
fn small_arguments_keep_their_digits() {
    let tiny = Tensor::scalar(1e-12);
    assert_eq!(tiny.expm1().item(), 1e-12 + 0.5e-24);
    assert_eq!(tiny.log1p().item(), 1e-12 - 0.5e-24);
    assert_eq!((&tiny * -1e3).elu(1.0).item(), (-1e-9_f64).exp_m1());
    assert_eq!(Tensor::scalar(-40.0).softplus().item(), (-40.0_f64).exp());
}

#[test]
fn reductions_have_their_values() {
    let x = Tensor::from([[1.0, 2.0, 4.0], [7.0, 11.0, 17.0]]);
    assert_eq!(x.mean_axes(0).to_vec(), [4.0, 6.5, 10.5]);
    assert_eq!(x.variance_axes(0, 0.0).to_vec(), [9.0, 20.25, 42.25]);
    assert_eq!(x.variance_axes(0, 1.0).to_vec(), [18.0, 40.5, 84.5]);
    assert_eq!(x.sum_keep(1).shape(), [2, 1]);
    assert_eq!(x.max_axes([0, 1]).item(), 17.0);
    assert_eq!(x.argmax(0).to_vec(), [1, 1, 1]);
    let normal = x.layer_norm(0.0);
    assert_close("mean", normal.mean_axes(-1).at([1]), 0.0);
    assert_close("variance", normal.variance_axes(-1, 0.0).at([1]), 1.0);
}

#[test]
fn products_of_vectors_have_their_values() {
    let (x, y) = (Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), Tensor::from([10.0, 100.0, 1000.0]));
    assert_eq!(x.dot(&y), Tensor::from([3210.0, 6540.0]));
    assert_eq!(y.dot(&x), x.dot(&y));
    assert_eq!(x.slice(1, 0..2).outer(&y).select_index(0, 1), Tensor::from([[40.0, 400.0, 4e3], [50.0, 500.0, 5e3]]));
    let infinite = Tensor::from([[f64::INFINITY, 2.0], [f64::NEG_INFINITY, 3.0]]).diag();
    assert_eq!(infinite.shape(), [2, 2, 2]);
    assert_eq!(infinite.to_vec(), [f64::INFINITY, 0.0, 0.0, 2.0, f64::NEG_INFINITY, 0.0, 0.0, 3.0]);
    assert_close("norm", x.norm().item(), 91.0_f64.sqrt());
    assert_eq!((x.norm_axes(0).shape(), x.norm_axes(0).at([1])), (&[3][..], 29.0_f64.sqrt()));
}

/// The products of a batch of matrices with columns, and of one row with a weight `[out, in]`.
#[test]
fn products_with_columns_and_rows_have_their_values() {
    let stack = Tensor::from([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0], [0.0, 1.0, 2.0]]]);
    let column = Tensor::from([[100.0], [10.0], [1.0]]);
    assert_eq!(stack.matmul(&column), Tensor::from([[[123.0], [456.0]], [[789.0], [12.0]]]));
    let columns = Tensor::from([[[100.0], [10.0], [1.0]], [[1.0], [10.0], [100.0]]]);
    assert_eq!(stack.matmul(&columns), Tensor::from([[[123.0], [456.0]], [[987.0], [210.0]]]));
    let row = Tensor::from([[100.0, 10.0, 1.0]]);
    assert_eq!(row.matmul_transposed(&stack.select_index(0, 0)), Tensor::from([[123.0, 456.0]]));
}

#[test]
fn comparisons_and_masks_broadcast() {
    let (column, row) = (Tensor::from([[1.0], [2.0]]), Tensor::from([1.0, 2.0, 3.0]));
    let table = [
        (column.equal(&row), [true, false, false, false, true, false]),
        (column.not_equal(&row), [false, true, true, true, false, true]),
        (column.less(&row), [false, true, true, false, false, true]),
        (column.less_equal(&row), [true, true, true, false, true, true]),
        (column.greater(&row), [false, false, false, true, false, false]),
        (column.greater_equal(&row), [true, false, false, true, true, false]),
    ];
    for (found, expected) in table {
        assert_eq!((found.shape(), found.to_vec()), (&[2, 3][..], expected.to_vec()));
    }
    let (column, row) = (Tensor::from([[true], [false]]), Tensor::from([true, false]));
    assert_eq!(column.and(&row).to_vec(), [true, false, false, false]);
    assert_eq!(row.or(&column).to_vec(), [true, true, true, false]);
    assert_eq!(row.and(&Tensor::scalar(true)), row);
    assert_eq!(Tensor::from([[1_usize], [2]]).equal(&Tensor::from([1, 2])).to_vec(), [true, false, false, true]);
}

#[test]
fn labels_and_masks_move_like_numbers() -> Result<()> {
    let labels = Tensor::from([[1_usize, 2, 3], [4, 5, 6]]);
    assert_eq!(labels.transpose(0, 1).to_vec(), [1, 4, 2, 5, 3, 6]);
    assert_eq!(labels.reshape([3, 2]).select_index(0, 1).to_vec(), [3, 4]);
    assert_eq!(labels.slice(1, 1..3).to_vec(), [2, 3, 5, 6]);
    assert_eq!(labels.index_select(1, &Tensor::from([2, 0]))?.to_vec(), [3, 1, 6, 4]);
    let mask = Tensor::from([true, false]);
    assert_eq!(mask.unsqueeze(-1).broadcast_to([2, 2]).to_vec(), [true, true, false, false]);
    assert_eq!(stack(&[&mask, &mask.not()], 1)?.to_vec(), [true, false, false, true]);
    Ok(())
}
