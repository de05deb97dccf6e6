//! Gradients inside of gradients, and on several threads.

use std::sync::Mutex;

use rand::{SeedableRng, rngs::StdRng};

use crate::{
    Error, Gradients, Param, Restructure, Result, Tensor, check_gradients, grad, value_and_grad, value_and_grad_aux,
};

fn random(shape: &[usize], seed: u64) -> Tensor<f64> {
    Tensor::normal(shape, 0.0, 1.0, &mut StdRng::seed_from_u64(seed))
}

fn param(shape: &[usize], seed: u64) -> Param<f64> {
    Param::new(random(shape, seed))
}

fn assert_close(found: &Tensor<f64>, expected: &Tensor<f64>) {
    assert_eq!(found.shape(), expected.shape());
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * (1.0 + b.abs());
    assert!(found.as_slice().iter().zip(expected.as_slice()).all(close), "{found:?} against {expected:?}");
}

#[test]
fn an_inner_gradient_depends_on_what_it_captures() -> Result<()> {
    // d/dx sum(x² w) = 2 x w, whose sum has the derivative 2 x in w.
    let (w, x) = (param(&[4], 1), param(&[4], 2));
    let gradients = grad(&w, |w| {
        let captured = w.get();
        let inner = grad(&x, |x| Ok::<_, Error>((x.get().square() * &captured).sum()))?;
        assert!(inner.get(&x).unwrap().is_tracked());
        Ok::<_, Error>(inner.get(&x).unwrap().sum())
    })?;
    assert_close(&gradients.get(&w).unwrap(), &(x.get() * 2.0));
    assert!(!gradients.get(&w).unwrap().is_tracked());
    Ok(())
}

#[test]
fn an_inner_gradient_of_nothing_outer_is_detached() -> Result<()> {
    let (w, x) = (param(&[4], 1), param(&[4], 2));
    value_and_grad(&w, |w| {
        let (loss, inner) = value_and_grad(&x, |x| Ok::<_, Error>(x.get().tanh().sum()))?;
        assert!(!loss.is_tracked() && !inner.get(&x).unwrap().is_tracked());
        Ok::<_, Error>((w.get() * inner.get(&x).unwrap()).sum() * loss)
    })?;
    Ok(())
}

#[test]
fn three_levels_give_third_derivatives() -> Result<()> {
    // With f = sum(x⁴): f' = 4 x³, sum(f')' = 12 x², sum(f'')' = 24 x.
    let x = param(&[5], 3);
    let slope = |x: &Param<f64>, f: &dyn Fn(&Param<f64>) -> Result<Tensor<f64>>| -> Result<Tensor<f64>> {
        Ok(grad(x, f)?.get(x).unwrap())
    };
    let first = |x: &Param<f64>| slope(x, &|x| Ok(x.get().powf(4.0).sum()));
    let second = |x: &Param<f64>| slope(x, &|x| Ok(first(x)?.sum()));
    let third = slope(&x, &|x| Ok(second(x)?.sum()))?;
    assert_close(&first(&x)?, &(x.get().powf(3.0) * 4.0));
    assert_close(&second(&x)?, &(x.get().square() * 12.0));
    assert_close(&third, &(x.get() * 24.0));
    Ok(())
}

#[test]
fn an_inner_model_can_be_part_of_the_outer_twin() -> Result<()> {
    // A penalty on the gradient of one layer, which depends on both layers.
    let weight = param(&[3, 3], 5);
    let model = (weight.share_transposed(), vec![weight], param(&[2, 3], 6));
    let x = random(&[4, 3], 7);
    let loss = |m: &(Param<f64>, Vec<Param<f64>>, Param<f64>)| -> Result<Tensor<f64>> {
        let inner = grad(&m.1, |part| {
            let h = x.matmul(&part[0].get()).tanh().matmul(&m.0.get());
            Ok::<_, Error>(h.matmul_transposed(&m.2.get()).square().sum())
        })?;
        assert_eq!(inner.len(), 1);
        Ok(inner.get(&m.1[0]).unwrap().square().sum() * 1e-3)
    };
    check_gradients(&model, loss, &mut StdRng::seed_from_u64(8))?;
    Ok(())
}

#[test]
fn results_beside_an_inner_loss_keep_what_they_depend_on_outside() -> Result<()> {
    let (w, x) = (param(&[3], 1), param(&[3], 2));
    let gradients = grad(&w, |w| {
        let (value, (mixed, inner_only, outer_only), _) = value_and_grad_aux(&x, |x| {
            let mixed = w.get() * x.get();
            Ok::<_, Error>((mixed.square().sum(), (mixed, x.get() * 2.0, w.get() * 3.0)))
        })?;
        assert!(value.is_tracked() && mixed.is_tracked() && outer_only.is_tracked());
        assert!(!inner_only.is_tracked());
        Ok::<_, Error>((mixed + inner_only + outer_only).sum() + value)
    })?;
    let expected = x.get() + 3.0 + x.get().square() * w.get() * 2.0;
    assert_close(&gradients.get(&w).unwrap(), &expected);
    Ok(())
}

#[test]
fn a_parameter_frozen_inside_is_still_trained_outside() -> Result<()> {
    let (w, mut x) = (param(&[3], 1), param(&[3], 2));
    x.set_frozen(true);
    let both = (w, x);
    let gradients = grad(&both.0, |w| {
        let pair = (Param::new(w.get()), both.1.share());
        let inner = grad(&pair, |(w, x)| Ok::<_, Error>((w.get().powf(3.0) * x.get()).sum()))?;
        assert_eq!(inner.len(), 1);
        Ok::<_, Error>(inner.get(&pair.0).unwrap().sum())
    })?;
    assert_close(&gradients.get(&both.0).unwrap(), &(both.0.get() * both.1.get() * 6.0));
    Ok(())
}

#[test]
fn a_tensor_smuggled_out_is_a_constant_elsewhere() -> Result<()> {
    let (w, x) = (param(&[3], 1), param(&[3], 2));
    let smuggled = Mutex::new(None);
    value_and_grad(&w, |w| {
        let y = w.get().square();
        *smuggled.lock().unwrap() = Some(y.clone());
        Ok::<_, Error>(y.sum())
    })?;
    let y = smuggled.into_inner().unwrap().unwrap();
    // In another closure, for another model, for the same model, and on its own.
    let gradients = grad(&x, |x| Ok::<_, Error>((x.get() * &y).sum()))?;
    assert_close(&gradients.get(&x).unwrap(), &w.get().square());
    let gradients = grad(&w, |w| Ok::<_, Error>((w.get() * &y).sum()))?;
    assert_close(&gradients.get(&w).unwrap(), &w.get().square());
    let error = grad(&w, |_| Ok::<_, Error>(y.sum())).unwrap_err();
    assert!(error.to_string().contains("does not depend on a trainable parameter"), "{error}");
    Ok(())
}

#[test]
fn a_tensor_smuggled_out_of_an_inner_closure_depends_on_the_outer_one() -> Result<()> {
    let w = param(&[3], 1);
    let gradients = grad(&w, |w| {
        let smuggled = Mutex::new(None);
        grad(w, |inner| {
            *smuggled.lock().unwrap() = Some(inner.get().square());
            Ok::<_, Error>(inner.get().sum())
        })?;
        let y = smuggled.into_inner().unwrap().unwrap();
        Ok::<_, Error>((y * w.get()).sum())
    })?;
    assert_close(&gradients.get(&w).unwrap(), &(w.get().square() * 3.0));
    Ok(())
}

#[test]
fn closures_on_several_threads_do_not_disturb_each_other() -> Result<()> {
    let models: Vec<Param<f64>> = (0..4).map(|seed| param(&[3], seed)).collect();
    let exchange: Vec<Mutex<Option<Tensor<f64>>>> = models.iter().map(|_| Mutex::new(None)).collect();
    let run = |own: usize| -> Result<()> {
        for _ in 0..200 {
            let mut seen = Tensor::scalar(0.0);
            let gradients = grad(&models[own], |w| {
                *exchange[own].lock().unwrap() = Some(w.get() * 2.0);
                let other = exchange[(own + 1) % 4].lock().unwrap().clone();
                seen = other.as_ref().map_or(Tensor::scalar(1.0), Tensor::detach);
                Ok::<_, Error>((w.get() * other.unwrap_or_else(|| Tensor::scalar(1.0))).sum())
            })?;
            assert_eq!(gradients.get(&models[own]).unwrap(), seen.broadcast_to([3]));
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4).map(|own| scope.spawn(move || run(own))).collect();
        handles.into_iter().try_for_each(|handle| handle.join().unwrap())
    })
}

#[test]
fn parts_of_a_loss_can_be_computed_on_several_threads() -> Result<()> {
    let model = (param(&[3, 2], 1), param(&[2], 2));
    let xs: Vec<Tensor<f64>> = (0..6).map(|seed| random(&[4, 3], 10 + seed)).collect();
    let part = |m: &(Param<f64>, Param<f64>), x: &Tensor<f64>| (x.matmul(&m.0.get()) + m.1.get()).tanh().square().sum();
    let total = |parts: Vec<Tensor<f64>>| parts.into_iter().reduce(|sum, part| sum + part).unwrap();
    let (value, gradients) = value_and_grad(&model, |m| {
        let parts = std::thread::scope(|scope| {
            let handles: Vec<_> = xs.iter().map(|x| scope.spawn(|| part(m, x))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect()
        });
        Ok::<_, Error>(total(parts))
    })?;
    let alone = value_and_grad(&model, |m| Ok::<_, Error>(total(xs.iter().map(|x| part(m, x)).collect())))?;
    assert_eq!(value, alone.0);
    assert_eq!(gradients.flatten::<f64>()?, alone.1.flatten::<f64>()?);
    Ok(())
}

const _: () = {
    const fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<(Vec<Param<f64>>, crate::Buffer, Option<Box<Param>>)>();
    send_and_sync::<(Tensor<f64>, Gradients, Error, Restructure<Param>)>();
    send_and_sync::<(crate::Parameter, crate::Summary, crate::Layout, crate::Rebuilt)>();
};
