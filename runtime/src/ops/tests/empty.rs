//! Tensors without elements: no time steps, or an empty batch.

use crate::{Error, Param, Result, Tensor, concat, grad, stack};

type Row = (&'static str, &'static [usize], fn(&Tensor<f64>) -> Tensor<f64>, &'static [usize]);

/// Shape of the input, the function, shape of its result.
const TABLE: [Row; 41] = [
    ("neg", &[0, 3], |x| -x, &[0, 3]),
    ("tanh", &[2, 0, 3], |x| x.tanh(), &[2, 0, 3]),
    ("scale", &[0], |x| x * 2.0, &[0]),
    ("add of a row", &[0, 3], |x| x + Tensor::ones([3]), &[0, 3]),
    ("add of a stretched axis", &[0, 3], |x| x + Tensor::ones([1, 3]), &[0, 3]),
    ("mul of a column", &[2, 0], |x| x * Tensor::ones([2, 1]), &[2, 0]),
    ("maximum", &[0, 3], |x| x.maximum(&Tensor::scalar(0.0)), &[0, 3]),
    ("select", &[0, 3], |x| x.select(&Tensor::from([true, false, true]), &(x * 2.0)), &[0, 3]),
    ("matmul, no rows", &[0, 3], |x| x.matmul(&Tensor::ones([3, 4])), &[0, 4]),
    ("matmul, nothing to sum", &[2, 0], |x| x.matmul(&Tensor::ones([0, 4])), &[2, 4]),
    ("matmul, an empty stack", &[0, 2, 3], |x| x.matmul(&Tensor::ones([3, 4])), &[0, 2, 4]),
    ("matmul, an empty stretched stack", &[0, 2, 3], |x| Tensor::ones([1, 4, 2]).matmul(x), &[0, 4, 3]),
    ("matmul_transposed", &[5, 0, 3], |x| x.matmul_transposed(&Tensor::ones([4, 3])), &[5, 0, 4]),
    ("matmul of an empty stack and a column", &[0, 2, 3], |x| x.matmul(&Tensor::ones([3, 1])), &[0, 2, 1]),
    ("dot of an empty batch", &[0, 3], |x| x.dot(&Tensor::ones([3])), &[0]),
    ("dot of nothing", &[2, 0], |x| x.dot(x), &[2]),
    ("outer of an empty batch", &[0, 3], |x| x.outer(&Tensor::ones([2])), &[0, 3, 2]),
    ("diag of an empty batch", &[0, 3], |x| x.diag(), &[0, 3, 3]),
    ("diag of nothing", &[2, 0], |x| x.diag(), &[2, 0, 0]),
    ("norm of nothing", &[2, 0], |x| x.norm_axes(-1), &[2]),
    ("pow", &[0, 3], |x| x.pow(&Tensor::ones([3])), &[0, 3]),
    ("reshape", &[0, 3], |x| x.reshape([2, 0, 7]), &[2, 0, 7]),
    ("transpose", &[0, 3], |x| x.transpose(0, 1), &[3, 0]),
    ("permute", &[2, 0, 3], |x| x.permute([2, 0, 1]), &[3, 2, 0]),
    ("slice to nothing", &[4, 3], |x| x.slice(0, 2..2), &[0, 3]),
    ("slice of nothing", &[2, 0, 3], |x| x.slice(-1, 1..3), &[2, 0, 2]),
    ("pad", &[2, 0], |x| x.pad_to(1, 2, 5), &[2, 5]),
    ("broadcast_to", &[1, 3], |x| x.broadcast_to([0, 3]), &[0, 3]),
    ("index_select of no rows", &[4, 3], |x| x.index_select(0, &Tensor::zeros_of([0])).unwrap(), &[0, 3]),
    ("index_select, empty rows", &[4, 0], |x| x.index_select(0, &Tensor::from([1, 1, 3])).unwrap(), &[3, 0]),
    ("index_add", &[0, 3], |x| x.index_add(0, &Tensor::zeros_of([0]), 4), &[4, 3]),
    ("concat", &[0, 3], |x| concat(&[x, &Tensor::ones([2, 3]), x], 0).unwrap(), &[2, 3]),
    ("stack", &[0, 3], |x| stack(&[x, x], 1).unwrap(), &[0, 2, 3]),
    ("sum", &[0, 3], |x| x.sum(), &[]),
    ("sum over nothing", &[0, 3], |x| x.sum_axes(0), &[3]),
    ("sum of an empty batch", &[0, 3], |x| x.sum_axes(1), &[0]),
    ("max of an empty batch", &[0, 3], |x| x.max_axes(-1), &[0]),
    ("softmax", &[0, 3], |x| x.softmax(-1), &[0, 3]),
    ("log_softmax over nothing", &[2, 0], |x| x.log_softmax(-1), &[2, 0]),
    ("logsumexp of an empty batch", &[0, 3], |x| x.logsumexp(-1), &[0]),
    ("layer_norm", &[2, 0, 3], |x| x.layer_norm(1e-5), &[2, 0, 3]),
];

impl Tensor<usize> {
    fn zeros_of<const N: usize>(shape: [usize; N]) -> Self {
        Self::full(shape, 0)
    }
}

#[test]
fn empty_tensors_have_results_and_gradients_of_the_right_shape() {
    for (name, shape, function, expected) in TABLE {
        let x = Param::new(Tensor::full(shape, 0.5));
        let loss = |x: &Param<f64>| {
            let y = function(&x.get());
            assert_eq!(y.shape(), expected, "{name}");
            Ok::<_, Error>(y.sum())
        };
        let gradients = grad(&x, loss).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(gradients.get(&x).unwrap().shape(), shape, "{name}: gradient");
    }
}

#[test]
fn sums_over_nothing_are_zero_and_means_are_not_numbers() -> Result<()> {
    let x = Tensor::<f64>::zeros([2, 0]);
    assert_eq!(x.sum_axes(1).to_vec(), [0.0, 0.0]);
    assert_eq!(x.matmul(&Tensor::ones([0, 3])).to_vec(), [0.0; 6]);
    assert_eq!(x.logsumexp(1).to_vec(), [f64::NEG_INFINITY; 2]);
    assert!(x.mean().item().is_nan() && x.variance().item().is_nan());
    // A stretched axis is undone by a sum over nothing.
    let row = Param::new(Tensor::from([[1.0, 2.0, 3.0]]));
    let gradients = grad(&row, |row| Ok::<_, Error>((row.get() + Tensor::ones([0, 3])).sum()))?;
    assert_eq!(gradients.get(&row).unwrap(), Tensor::zeros([1, 3]));
    Ok(())
}

#[test]
#[should_panic(expected = "max: no elements to choose from in shape [2, 0]")]
fn the_largest_of_nothing_is_refused() {
    Tensor::<f64>::zeros([2, 0]).max_axes(1);
}

#[test]
#[should_panic(expected = "argmax: no elements to choose from in shape [0, 2]")]
fn the_place_of_the_largest_of_nothing_is_refused() {
    Tensor::<f64>::zeros([0, 2]).argmax(0);
}
