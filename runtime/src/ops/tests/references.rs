//! Values on random shapes against ndarray, which shares no code with the operations.

use ndarray::{ArrayD, ArrayViewD, Axis, Slice, Zip, concatenate};
use proptest::prelude::*;

use crate::{Tensor, concat};

/// Sizes of up to four axes, also 0 and 1.
fn shape() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..4, 0..=4)
}

/// A shape with at least one axis, and the number of one of them.
fn shape_and_axis() -> impl Strategy<Value = (Vec<usize>, usize)> {
    prop::collection::vec(0_usize..5, 1..=4).prop_flat_map(|shape| {
        let axes = 0..shape.len();
        (Just(shape), axes)
    })
}

/// A shape and one that stretches to it: leading axes dropped, some axes of size 1.
fn operand(shape: Vec<usize>) -> impl Strategy<Value = Vec<usize>> {
    (0..=shape.len(), prop::collection::vec(any::<bool>(), shape.len())).prop_map(move |(lead, ones)| {
        let stretched = shape.iter().zip(ones).map(|(&size, one)| if one { 1 } else { size });
        stretched.skip(lead).collect()
    })
}

/// Distinct numbers, none of them 0 and few of them in order.
fn numbered(shape: &[usize], seed: usize) -> Tensor<f64> {
    let count: usize = shape.iter().product();
    let elements = (0..count).map(|at| ((at * 7919 + seed * 31) % 1009) as f64 / 64.0 - 7.9).collect();
    Tensor::from_vec(elements, shape).unwrap()
}

fn owned(view: ArrayViewD<'_, f64>) -> Tensor<f64> {
    Tensor::from(&view)
}

type Pair = (fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>, fn(f64, f64) -> f64);

const BINARY: [Pair; 8] = [
    (|x, y| x + y, |a, b| a + b),
    (|x, y| x - y, |a, b| a - b),
    (|x, y| x * y, |a, b| a * b),
    (|x, y| x / y, |a, b| a / b),
    (|x, y| x.minimum(y), f64::min),
    (|x, y| x.maximum(y), f64::max),
    (|x, y| x.abs().pow(y), |a, b| a.abs().powf(b)),
    (|x, y| x.rem(y), |a, b| if b > 0.0 { a.rem_euclid(b) } else { -(-a).rem_euclid(-b) }),
];

fn reduced(x: &ArrayD<f64>, axes: &[usize], start: f64, f: fn(f64, f64) -> f64) -> ArrayD<f64> {
    axes.iter().rev().fold(x.clone(), |x, &axis| x.fold_axis(Axis(axis), start, |a, b| f(*a, *b)))
}

proptest! {
    #[test]
    fn binary_operations_broadcast(
        (left, right) in shape().prop_flat_map(|shape| (operand(shape.clone()), operand(shape))),
    ) {
        let (x, y) = (numbered(&left, 1), numbered(&right, 2));
        for (operation, number) in BINARY {
            let found = operation(&x, &y);
            let (a, b) = (x.view(), y.view());
            let (a, b) = (a.broadcast(found.shape()).unwrap(), b.broadcast(found.shape()).unwrap());
            let expected = Zip::from(&a).and(&b).map_collect(|a, b| number(*a, *b));
            prop_assert_eq!(found.view(), expected.view());
        }
        let mask = x.less(&y);
        let chosen = x.select(&mask, &y);
        prop_assert_eq!(chosen, x.minimum(&y));
        prop_assert_eq!(mask.or(&x.equal(&y)), x.less_equal(&y));
        prop_assert_eq!(mask.and(&x.less_equal(&y)), mask);
    }

    #[test]
    fn shapes_that_do_not_broadcast_are_refused(axis in 0_usize..3, size in 2_usize..5) {
        let (left, mut right) = (vec![size; 3], vec![size; 3]);
        right[axis] = size + 1;
        let (x, y) = (numbered(&left, 1), numbered(&right, 2));
        prop_assert!(std::panic::catch_unwind(|| &x + &y).is_err());
    }

    #[test]
    fn axes_are_permuted(axes in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), sizes in [0_usize..4, 1..5, 1..4, 1..6]) {
        let x = numbered(&sizes, 3);
        let axes: [usize; 4] = axes.try_into().unwrap();
        let expected = owned(x.view().permuted_axes(&axes[..]));
        prop_assert_eq!(x.permute(axes), expected);
    }

    #[test]
    fn parts_are_cut_and_joined((shape, axis) in shape_and_axis(), cuts in [0_usize..5, 0..5]) {
        let x = numbered(&shape, 4);
        let [start, end] = [cuts[0].min(cuts[1]), cuts[0].max(cuts[1])].map(|cut| cut.min(shape[axis]));
        let part = x.slice(axis, start..end);
        prop_assert_eq!(&part, &owned(x.view().slice_axis(Axis(axis), Slice::from(start..end))));
        let parts = [&part, &x, &x.slice(axis, end..shape[axis])];
        let expected = concatenate(Axis(axis), &parts.map(Tensor::view)).unwrap();
        prop_assert_eq!(concat(&parts, axis).unwrap(), Tensor::from(expected));
    }

    #[test]
    fn axes_are_reduced(shape in shape(), chosen in prop::collection::vec(any::<bool>(), 4)) {
        let axes: Vec<usize> = (0..shape.len()).filter(|&axis| chosen[axis]).collect();
        let x = numbered(&shape, 5);
        let array = x.clone().into_ndarray();
        // Only the order of rounding differs.
        let (sum, expected) = (x.sum_axes(&axes[..]), reduced(&array, &axes, 0.0, |a, b| a + b));
        prop_assert_eq!(sum.shape(), expected.shape());
        prop_assert!(sum.as_slice().iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-11));
        if axes.iter().all(|&axis| shape[axis] > 0) {
            prop_assert_eq!(x.max_axes(&axes[..]), Tensor::from(reduced(&array, &axes, f64::NEG_INFINITY, f64::max)));
            prop_assert_eq!(x.min_axes(&axes[..]), Tensor::from(reduced(&array, &axes, f64::INFINITY, f64::min)));
        }
    }

    #[test]
    fn matrices_are_multiplied(stack in operand(vec![2, 3]), [m, k, n] in [0_usize..4, 0..4, 1..4]) {
        let left: Vec<usize> = stack.iter().copied().chain([m, k]).collect();
        let (x, y) = (numbered(&left, 6), numbered(&[2, 3, k, n], 7));
        let found = x.matmul(&y);
        let x = x.broadcast_to([2, 3, m, k]);
        for (i, j) in (0..6).map(|at| (at / 3, at % 3)) {
            let matrix = |t: &Tensor<f64>| t.select_index(0, i).select_index(0, j).into_ndarray();
            let matrix = |t| matrix(t).into_dimensionality::<ndarray::Ix2>().unwrap();
            let difference = matrix(&found) - matrix(&x).dot(&matrix(&y));
            prop_assert!(difference.iter().all(|d| d.abs() < 1e-11));
        }
    }
}
