//! Very large tensors, and shapes whose number of elements no integer holds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use recurve::{Error, Param, Result, Tensor, grad};

use crate::support::{assert_close_to, random};

const HALF: usize = 1 << (usize::BITS / 2);

fn panics(run: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(run)).expect_err("a panic");
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|&text| text.to_owned())).expect("a message")
}

/// `HALF · HALF` wraps around to 0, which an unchecked product would take for an empty tensor.
#[test]
fn shapes_with_too_many_elements_are_refused() {
    assert!(Tensor::<f64>::from_vec(vec![], [HALF, HALF]).is_err());
    assert!(Tensor::<f64>::from_slice(&[], [HALF, 1, HALF]).is_err());
    let empty = Tensor::<f64>::zeros([0]);
    assert!(empty.try_reshape([HALF, HALF]).is_err());
    let one = Tensor::<f64>::ones([1, 1]);
    for run in [
        Box::new(|| drop(Tensor::<f64>::zeros([HALF, HALF]))) as Box<dyn FnOnce()>,
        Box::new(|| drop(Tensor::full([HALF, HALF], true))),
        Box::new(|| drop(one.broadcast_to([HALF, HALF]))),
        Box::new(|| drop(empty.reshape([HALF, HALF]))),
        Box::new(|| drop(Tensor::<f32>::identity(HALF))),
    ] {
        let message = panics(run);
        assert!(!message.contains("attempt to") && !message.contains("capacity overflow"), "{message}");
    }
}

#[test]
fn a_size_of_zero_makes_any_other_size_harmless() -> Result<()> {
    for shape in [[0, 1 << 20], [usize::MAX, 0]] {
        let x = Param::new(Tensor::<f64>::zeros(shape));
        assert_eq!(x.get().count(), 0);
        let gradients = grad(&x, |x| Ok::<_, Error>((x.get() * 2.0).tanh().sum()))?;
        assert_eq!(gradients.get(&x).unwrap().shape(), shape);
        let turned = x.get().transpose(0, 1);
        assert_eq!(turned.shape(), [shape[1], shape[0]]);
        assert_eq!(turned.reshape([0]).count(), 0);
    }
    let x = Tensor::<f64>::zeros([0, HALF, HALF]);
    assert_eq!(x.reshape([HALF, HALF, 0]).count(), 0);
    assert_eq!(Tensor::<f64>::from_vec(vec![], [HALF, HALF, 0])?.count(), 0);
    Ok(())
}

#[test]
fn sums_over_millions_of_elements_are_accurate() -> Result<()> {
    let count = 3_000_001;
    let x = Param::new(Tensor::from((0..count).map(|at| (at % 1000) as f64).collect::<Vec<_>>()));
    let gradients = grad(&x, |x| Ok::<_, Error>((x.get().square() * 0.5).sum()))?;
    assert_eq!(gradients.get(&x), Some(x.get()));
    let exact: u64 = (0..count as u64).map(|at| at % 1000).sum();
    assert_eq!(x.get().sum().item(), exact as f64);
    // In single precision a running sum of tenths would be off in the second digit.
    let tenths = Tensor::full([10_000_000], 0.1_f32);
    assert_close_to("tenths", &[f64::from(tenths.sum().item())], &[1e6], 1e-4);
    assert_close_to("mean", &[f64::from(tenths.mean().item())], &[0.1], 1e-5);
    Ok(())
}

/// Elements of a product of large odd sizes, and of its gradients, against sums by hand.
#[test]
fn products_of_large_matrices() -> Result<()> {
    let (rows, inner, columns) = (517, 1031, 263);
    let model = (Param::new(random(&[rows, inner], 1)), Param::new(random(&[inner, columns], 2)));
    let weights = random(&[rows, columns], 3);
    let gradients = grad(&model, |m| Ok::<_, Error>((m.0.get().matmul(&m.1.get()) * &weights).sum()))?;
    let (a, b) = (model.0.get(), model.1.get());
    let product = a.matmul(&b);
    let (left, right) = (gradients.get(&model.0).unwrap(), gradients.get(&model.1).unwrap());
    let dot = |length: usize, term: &dyn Fn(usize) -> f64| (0..length).map(term).sum::<f64>();
    for (i, k, j) in [(0, 0, 0), (516, 1030, 262), (101, 513, 77), (256, 1024, 256), (7, 999, 261)] {
        let found = [product.at([i, j]), left.at([i, k]), right.at([k, j])];
        let expected = [
            dot(inner, &|at| a.at([i, at]) * b.at([at, j])),
            dot(columns, &|at| weights.at([i, at]) * b.at([k, at])),
            dot(rows, &|at| a.at([at, k]) * weights.at([at, j])),
        ];
        assert_close_to("product and gradients", &found, &expected, 1e-11);
    }
    Ok(())
}
