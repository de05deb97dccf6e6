mod joint;
mod memory;
mod nesting;
mod rooms;

use crate::{Error, Gradients, Module, Param, Result, Tensor, check_gradients, grad, value_and_grad};
use rand::{SeedableRng, rngs::StdRng};

#[test]
fn nested_gradients_are_differentiated() -> Result<()> {
    let mut rng = StdRng::seed_from_u64(3);
    let v = Param::new(Tensor::<f64>::normal([5], 0.0, 1.0, &mut rng));
    let penalty = |v: &Param<f64>| -> Result<Tensor<f64>> {
        let slope = grad(v, |v| Ok::<_, Error>((v.get().tanh() * v.get().square()).sum()))?;
        Ok(slope.get(v).unwrap().square().sum())
    };
    check_gradients(&v, penalty, &mut rng)?;
    Ok(())
}

#[test]
fn ties_are_summed_and_flow_through_vectors() -> Result<()> {
    let mut rng = StdRng::seed_from_u64(4);
    let weight = Param::new(Tensor::<f64>::normal([3, 2], 0.0, 1.0, &mut rng));
    let model = (weight.share_transposed(), vec![weight.share()], weight);
    let loss = |m: &(Param<f64>, Vec<Param<f64>>, Param<f64>)| -> Result<Tensor<f64>> {
        Ok(m.1[0].get().matmul(&m.0.get()).tanh().matmul(&m.2.get()).square().sum())
    };
    assert_eq!(model.count(), 6);
    check_gradients(&model, loss, &mut rng)?;
    let (flat, restructure) = model.flatten::<f64>()?;
    let vector = Param::new(flat);
    let through = grad(&vector, |v| loss(&restructure.restructure(&v.get())?))?;
    let direct: Gradients = value_and_grad(&model, loss)?.1;
    assert_eq!(through.get(&vector).unwrap(), direct.flatten()?);
    Ok(())
}

#[test]
fn long_graphs_do_not_overflow_the_stack() -> Result<()> {
    let x = Param::new(Tensor::<f64>::ones([2]));
    let steps = 100_000;
    let run = |x: &Param<f64>| {
        let start = x.get();
        Ok::<_, Error>((0..steps).fold(start.clone(), |y, _| y + 1e-5).sum())
    };
    let (loss, gradients) = value_and_grad(&x, run)?;
    assert!((loss.item() - 4.0).abs() < 1e-6);
    assert_eq!(gradients.get(&x).unwrap().to_vec(), [1.0, 1.0]);
    Ok(())
}
