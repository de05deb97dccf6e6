//! Derivatives where a function has a corner: one table, whoever computes them.

use crate::support::{assert_close_to, rng};
use recurve::{Cell, Error, Param, Result, Tensor, grad, recurrent};

recurrent! {
    /// Activations with corners.
    cell Activations(input: D) {
        hyper alpha = 0.5;

        step(x: [D]) -> ([D], [D], [D], [D], [D], [D], [D], [D]) {
            (relu(x), abs(x), leaky_relu(x), leaky_relu(x, 0.25), elu(x, alpha), selu(x), hard_sigmoid(x), hard_tanh(x))
        }
    }

    /// Bounds, ties and roots.
    cell Bounds(input: D) {
        step(x: [D]) -> ([D], [D], [D], [D], [], [], [], [D]) {
            (clamp(x, -1, 2), maximum(x, 1), minimum(x, 1), maximum(x, 2 * x), max(x), min(x), norm(x), sqrt(x))
        }
    }
}

type Output = (Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>);

/// The gradient of the sum of one output at these points.
fn slopes<C: Cell<Input = Tensor<f64>, Output = Output>>(
    cell: &C,
    points: [f64; 3],
    output: fn(&Output) -> &Tensor<f64>,
) -> Result<Vec<f64>> {
    let x = Param::new(Tensor::from([points]));
    let gradients = grad(&x, |x| {
        let (outputs, _) = cell.step(&x.get(), cell.initial_state(1)?)?;
        Ok::<_, Error>(output(&outputs).sum())
    })?;
    Ok(gradients.get(&x).expect("a gradient").to_vec())
}

const SELU: (f64, f64) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2);

#[test]
fn rule_17_corners_of_activations() -> Result<()> {
    let cell = Activations::<f64>::with_dtype(3, &mut rng(1));
    let around = [-1.0, 0.0, 1.0];
    assert_eq!(slopes(&cell, around, |y| &y.0)?, [0.0, 0.0, 1.0], "relu");
    assert_eq!(slopes(&cell, around, |y| &y.1)?, [-1.0, 0.0, 1.0], "abs");
    assert_eq!(slopes(&cell, around, |y| &y.2)?, [0.01, 0.01, 1.0], "leaky_relu");
    assert_eq!(slopes(&cell, around, |y| &y.3)?, [0.25, 0.25, 1.0], "leaky_relu with a slope");
    assert_eq!(slopes(&cell, around, |y| &y.4)?[1..], [0.5, 1.0], "elu");
    assert_close_to("selu", &slopes(&cell, around, |y| &y.5)?[1..], &[SELU.0 * SELU.1, SELU.0], 1e-12);
    assert_close_to("hard_sigmoid", &slopes(&cell, [-3.0, 0.0, 3.0], |y| &y.6)?, &[0.0, 1.0 / 6.0, 0.0], 1e-12);
    assert_eq!(slopes(&cell, around, |y| &y.7)?, [0.0, 1.0, 0.0], "hard_tanh");
    Ok(())
}

#[test]
fn rule_17_bounds_ties_and_roots() -> Result<()> {
    let cell = Bounds::<f64>::with_dtype(3, &mut rng(1));
    assert_eq!(slopes(&cell, [-1.0, 2.0, 2.5], |y| &y.0)?, [1.0, 1.0, 0.0], "clamp");
    assert_eq!(slopes(&cell, [0.0, 1.0, 2.0], |y| &y.1)?, [0.0, 0.5, 1.0], "maximum");
    assert_eq!(slopes(&cell, [0.0, 1.0, 2.0], |y| &y.2)?, [1.0, 0.5, 0.0], "minimum");
    assert_eq!(slopes(&cell, [-1.0, 0.0, 1.0], |y| &y.3)?, [1.0, 1.5, 2.0], "maximum of a value and its double");
    assert_eq!(slopes(&cell, [3.0, 3.0, 1.0], |y| &y.4)?, [0.5, 0.5, 0.0], "max");
    assert_eq!(slopes(&cell, [1.0, 3.0, 1.0], |y| &y.5)?, [0.5, 0.0, 0.5], "min");
    assert_eq!(slopes(&cell, [0.0, 0.0, 0.0], |y| &y.6)?, [0.0, 0.0, 0.0], "norm");
    assert_eq!(slopes(&cell, [0.0, 4.0, 1.0], |y| &y.7)?, [f64::INFINITY, 0.25, 0.5], "sqrt");
    Ok(())
}
