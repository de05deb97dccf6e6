//! Gradients inside of gradients: first order through a joint, and no second.

use super::*;

fn total<F: Float>(results: &[Tensor<F>; 3]) -> Tensor<F> {
    mixed(results, [true; 3])
}

fn assert_no_second<T>(result: Result<T>) {
    let error = result.err().expect("a second derivative was needed");
    assert_eq!(error.kind(), ErrorKind::Gradient);
    let expected = "Toy::scan: a compiled scan has no second derivative, but one is needed through it; use \
                    `scan_steps`, which has one";
    assert_eq!(error.to_string(), expected);
}

/// The gradient in `inner` of a loss through a joint is differentiated in `model`.
fn penalty(model: &Pair<f64>, inner: impl Fn(&Tensor<f64>, &Tensor<f64>, &Param<f64>) -> Tensor<f64>) -> Result<()> {
    let x = Param::new(random(5));
    let (a, b) = (&model.0, &model.1);
    let gradients = grad(model, |(a, b)| {
        let slope = grad(&x, |x| Ok::<_, Error>(inner(&a.get(), &b.get(), x)))?;
        Ok::<_, Error>(slope.get(&x).unwrap().square().sum() + a.get().sum() + b.get().sum())
    })?;
    // Where this is right the penalty does not depend on the model.
    for param in [a, b] {
        assert_eq!(gradients.get(param).unwrap(), Tensor::ones([2, 3]));
    }
    Ok(())
}

#[test]
fn a_second_derivative_is_an_error() {
    let model = pair::<f64>();
    // The same parameter in both scopes.
    assert_no_second(grad(&model, |m| {
        let inner = grad(m, |(a, b)| Ok::<_, Error>(total(&toy(&a.get(), &b.get()))))?;
        Ok::<_, Error>(inner.get(&m.0).unwrap().square().sum())
    }));
    // An input that only the outer scope asks about: the derivative in the other one depends on it.
    assert_no_second(penalty(&model, |a, _, x| total(&toy(&x.get(), a))));
    assert_no_second(penalty(&model, |a, _, x| total(&toy(a, &x.get()))));
    // The same where the adjoint is a constant.
    assert_no_second(penalty(&model, |a, _, x| toy(&x.get(), a)[0].sum()));
    assert_no_second(penalty(&model, |a, _, x| toy(a, &x.get())[0].sum()));
    assert_no_second(penalty(&model, |a, _, x| toy(&x.get(), &(x.get() + a))[0].sum()));
    // An input that was computed from both.
    assert_no_second(penalty(&model, |a, b, x| total(&toy(&(x.get() * a), b))));
    // The adjoint depends on the outer scope, the inputs do not.
    assert_no_second(penalty(&model, |a, _, x| (toy(&x.get(), &x.get())[1].clone() * a).sum()));
    // As before, and between joint and parameter there are other operations.
    assert_no_second(penalty(&model, |a, _, x| (toy(&x.get().tanh(), &random(7))[0].clone() * a).exp().sum()));
    // One joint after another.
    assert_no_second(penalty(&model, |a, _, x| {
        let [first, second, _] = toy(&x.get(), &random(7));
        total(&toy(&(first + a), &second))
    }));
}

#[test]
fn a_second_derivative_at_the_third_level_is_an_error() {
    let (w, y, x) = (Param::new(random(1)), Param::new(random(2)), Param::new(random(3)));
    assert_no_second(grad(&w, |w| {
        let middle = grad(&y, |y| {
            let inner = grad(&x, |x| Ok::<_, Error>(total(&toy(&x.get(), &w.get()))))?;
            Ok::<_, Error>((inner.get(&x).unwrap() * y.get().square()).sum())
        })?;
        Ok::<_, Error>(middle.get(&y).unwrap().sum())
    }));
}

#[test]
fn a_gradient_that_does_not_depend_on_the_outer_scope_is_a_constant() -> Result<()> {
    let model = pair::<f64>();
    penalty(&model, |_, _, x| total(&toy(&x.get(), &random(7))))?;
    // The loss depends on the outer scope, and the adjoints are tracked, but not for it.
    penalty(&model, |a, b, x| total(&toy(&x.get(), &x.get().tanh())) + (a * b).sum())?;
    penalty(&model, |a, _, x| total(&toy(&x.get(), &x.get().tanh())) + a.sum().tanh() * 0.0)?;
    Ok(())
}

#[test]
fn a_gradient_whose_dependence_is_not_used_is_right() -> Result<()> {
    let model = pair::<f64>();
    let (outer, x) = (&model.0, &model.1);
    let run = |run: Computation<f64>| {
        value_and_grad(outer, |w| {
            let (value, inner) = value_and_grad(x, |x| Ok::<_, Error>(total(&run(&(x.get() * w.get()), &w.get()))))?;
            // The value is differentiated once, the gradient taken as a number.
            let step = x.get() - inner.get(x).unwrap().detach() * 0.1;
            Ok::<_, Error>(value + total(&run(&step, &w.get())))
        })
    };
    let ((value, gradients), (expected, on_tape)) = (run(toy)?, run(steps)?);
    assert_close(&value, &expected, 1e-13);
    assert_close(&gradients.get(outer).unwrap(), &on_tape.get(outer).unwrap(), 1e-13);
    Ok(())
}

#[test]
fn first_order_through_a_joint_around_an_inner_gradient() -> Result<()> {
    // The inner gradient is on the tape; its result goes through a joint that only the outer scope differentiates.
    let model = pair::<f64>();
    let run = |model: &Pair<f64>, run: Computation<f64>| {
        let inner = grad(&model.0, |a| Ok::<_, Error>((a.get().powf(3.0) * model.1.get()).sum()))?;
        Ok::<_, Error>(total(&run(&inner.get(&model.0).unwrap(), &model.1.get())))
    };
    let through = grad(&model, |m| run(m, toy))?;
    let on_tape = grad(&model, |m| run(m, steps))?;
    assert_close(&through.flatten::<f64>()?, &on_tape.flatten()?, 1e-12);
    check_gradients(&model, |m| run(m, toy), &mut StdRng::seed_from_u64(6))?;
    Ok(())
}

#[test]
fn what_was_smuggled_out_of_another_scope_is_a_constant() -> Result<()> {
    let (w, x) = pair::<f64>();
    let mut smuggled = None;
    grad(&w, |w| {
        smuggled = Some(w.get().square());
        Ok::<_, Error>(w.get().sum())
    })?;
    let y = smuggled.expect("the closure ran");
    let run = |run: Computation<f64>| grad(&x, |x| Ok::<_, Error>(total(&run(&x.get(), &y))));
    assert_close(&run(toy)?.get(&x).unwrap(), &run(steps)?.get(&x).unwrap(), 1e-13);
    Ok(())
}
