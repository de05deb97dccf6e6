//! What a gradient leaves behind: nothing that would make the next step in place a copy.

use crate::{Buffer, Error, Gradients, Module, Param, Result, Tensor, grad, value_and_grad, value_and_grad_aux};

fn address(param: &Param<f64>) -> *const f64 {
    param.get().as_slice().as_ptr()
}

/// Writes in place as optimisers do, and says whether the elements stayed where they were.
fn writes_in_place(param: &Param<f64>) -> bool {
    let before = address(param);
    param.write(|elements| elements[0] += 1.0);
    address(param) == before
}

fn model() -> (Param<f64>, Vec<Param<f64>>) {
    let weight = Param::new(Tensor::full([40, 30], 0.5));
    (weight.share_transposed(), vec![weight, Param::new(Tensor::full([30], 0.25))])
}

fn loss(m: &(Param<f64>, Vec<Param<f64>>)) -> Result<Tensor<f64>> {
    let x = Tensor::full([3, 40], 0.1);
    let h = (x.matmul(&m.1[0].get()) + m.1[1].get()).tanh();
    Ok((h.matmul(&m.0.get()).square().mean() + m.1[1].get().sum()) * m.1[1].get().max())
}

#[test]
fn no_copy_of_the_weights_outlives_a_gradient() -> Result<()> {
    let model = model();
    let kept: (Tensor<f64>, Gradients) = value_and_grad(&model, loss)?;
    assert!(model.1.iter().all(writes_in_place));
    let nested = value_and_grad(&model, |m| {
        let inner = grad(m, loss)?;
        Ok::<_, Error>(inner.get(&m.0).unwrap().square().sum())
    })?;
    assert!(model.1.iter().all(writes_in_place));
    assert!(value_and_grad(&model, |m| Ok::<_, Error>(m.0.get())).is_err());
    assert!(model.1.iter().all(writes_in_place));
    drop((kept, nested));
    Ok(())
}

#[test]
fn handles_and_ways_back_hold_no_weights() -> Result<()> {
    let model = model();
    let (_flat, restructure) = model.flatten::<f64>()?;
    let (parameters, shared, summary) = (model.parameters()?, model.share(), model.summary()?);
    assert!(model.1.iter().all(writes_in_place));
    let copy = model.duplicate();
    assert!(copy.1.iter().chain(&model.1).all(writes_in_place));
    drop((restructure, parameters, shared, summary));
    Ok(())
}

#[test]
fn a_tensor_that_is_kept_costs_one_copy_and_keeps_its_values() {
    let weight = Param::new(Tensor::full([40], 0.5));
    let snapshot = weight.get();
    assert!(!writes_in_place(&weight));
    assert!(writes_in_place(&weight));
    assert_eq!(snapshot, Tensor::full([40], 0.5));
}

#[test]
fn set_takes_the_tensor_over() -> Result<()> {
    let mut weight = Param::new(Tensor::<f64>::zeros([40]));
    let value = Tensor::ones([40]);
    let expected = value.as_slice().as_ptr();
    weight.set(value)?;
    assert_eq!(address(&weight), expected);
    assert!(writes_in_place(&weight));
    Ok(())
}

#[test]
fn results_beside_the_loss_hold_no_graph() -> Result<()> {
    let model = (Param::new(Tensor::full([40], 0.5)), Buffer::new(Tensor::full([40], 2.0)));
    let (loss, (y, mean), gradients) = value_and_grad_aux(&model, |(weight, buffer)| {
        let y = weight.get() * buffer.get();
        let mean = y.mean();
        Ok::<_, Error>((y.square().sum(), (y, mean)))
    })?;
    assert!(!loss.is_tracked() && !y.is_tracked() && !mean.is_tracked());
    assert!(!gradients.get(&model.0).unwrap().is_tracked());
    assert!(writes_in_place(&model.0));
    Ok(())
}

#[test]
fn parameters_without_elements_are_parameters() -> Result<()> {
    let model = (Param::new(Tensor::<f64>::zeros([0, 3])), Param::new(Tensor::full([2], 1.5)));
    let (flat, restructure) = model.flatten::<f64>()?;
    assert_eq!((model.count(), flat.to_vec()), (2, vec![1.5, 1.5]));
    assert_eq!(restructure.layout().range("0"), Some(0..0));
    assert_eq!(restructure.restructure(&flat)?.0.get().shape(), [0, 3]);
    let loss = |m: &(Param<f64>, Param<f64>)| Ok::<_, Error>(m.0.get().sum() + m.1.get().square().sum());
    let gradients = grad(&model, loss)?;
    assert_eq!(gradients.get(&model.0).unwrap().shape(), [0, 3]);
    assert_eq!(gradients.flatten::<f64>()?.to_vec(), [3.0, 3.0]);
    assert_eq!(Gradients::from_flat(&model, &flat)?.to_model(&model).0.get().shape(), [0, 3]);
    assert!(gradients.is_finite());
    Ok(())
}
