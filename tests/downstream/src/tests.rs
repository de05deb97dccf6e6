//! What the derives make of the models.

use crate::cell::{Leaky, LeakyState};
use crate::equations::{Doubled, Follower, FollowerState, Halved, lengths};
use crate::model::{Activation, Dense, Memory, Network};
use neural::optim::{Rule, Sgd};
use neural::rand::{SeedableRng, rngs::StdRng};
use neural::testing::check_cell;
use neural::{Cell, Error, Float, Module, Param, Sequence, Tensor, Tensors, value_and_grad};
use std::collections::BTreeMap;

fn dense<F: Float>(bias: Option<Param<F>>) -> Dense<F> {
    Dense { weight: Param::new(Tensor::ones([2, 2])), bias }
}

fn network() -> Network<f32, Dense> {
    let leaky = Activation::Leaky { slope: Param::new(Tensor::ones([1])) };
    let bias = Param::new(Tensor::zeros([2]));
    Network {
        layers: vec![(dense(Some(bias)), Activation::Identity), (dense(None), leaky)],
        others: BTreeMap::from([(String::from("first"), dense(None))]),
        scale: Param::new(Tensor::ones([1])),
        description: String::from("two layers"),
    }
}

#[test]
fn names_follow_the_declaration() -> Result<(), Error> {
    let model = network();
    let parameters = model.parameters()?;
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    let expected = [
        "layers.0.0.weight",
        "layers.0.0.bias",
        "layers.1.0.weight",
        "layers.1.1.Leaky.slope",
        "experts.first.weight",
        "scale",
    ];
    assert_eq!(names, expected);
    assert_eq!(model.trainables()?.len(), 5);
    assert_eq!(model.count(), 4 + 2 + 4 + 1 + 4 + 1);
    Ok(())
}

#[test]
fn a_cast_follows_the_float_only() -> Result<(), Error> {
    let double: Network<f64, u8> = {
        let Network { layers, scale, description, .. } = network();
        Network { layers, others: BTreeMap::new(), scale, description }.cast::<f64>()?
    };
    assert_eq!(double.description, "two layers");
    assert_eq!(double.layers[0].0.weight.get().as_slice(), [1.0_f64; 4]);
    Ok(())
}

#[test]
fn gradients_reach_derived_models() -> Result<(), Error> {
    let model = dense::<f64>(None);
    let (loss, gradients) = value_and_grad(&model, |model| Ok::<_, Error>(model.weight.get().sum()))?;
    assert_eq!(loss.item(), 4.0);
    assert_eq!(gradients.get(&model.weight).map(|gradient| gradient.as_slice().to_vec()), Some(vec![1.0; 4]));
    Ok(())
}

#[test]
fn states_are_rebuilt() {
    let ones = || Tensor::<f32>::ones([1, 2]);
    let state = Memory { hidden: ones(), trace: (ones(), ones()), steps: 7 };
    let detached = state.detach();
    assert_eq!(detached.steps, 7);
    assert_eq!(detached.trace.1.as_slice(), [1.0, 1.0]);
}

/// `H` = 1, `D` = 2.
fn leaky() -> Leaky {
    Leaky::new(Tensor::from([[0.5, -0.25]]), Tensor::from([0.5]))
}

#[test]
fn a_scan_is_the_loop_over_the_steps() -> Result<(), Error> {
    let cell = leaky();
    let xs = Tensor::from([[[1.0, 2.0]], [[3.0, -1.0]], [[-2.0, 0.5]]]); // [T, B, D]
    let (ys, last) = cell.scan(&xs, None)?;
    let mut state = cell.initial_state(1)?;
    for step in 0..3 {
        let (y, next) = cell.step(&xs.select_index(0, step), state)?;
        assert_eq!(y, next.hidden);
        state = next;
    }
    assert_eq!(ys.data().shape(), [3, 1, 1]);
    assert_eq!(ys.last()?, state.hidden);
    assert_eq!(last.steps.item(), 3.0);
    let h1 = (0.5_f32 - 0.5).tanh();
    let h2 = (0.5 * h1 + 1.5 + 0.25).tanh();
    let h3 = (0.5 * h2 - 1.0 - 0.125).tanh();
    assert!((last.hidden.item() - h3).abs() < 1e-6);
    Ok(())
}

#[test]
fn a_state_is_held_where_a_sequence_has_ended() -> Result<(), Error> {
    let cell = leaky();
    let xs = Tensor::<f32>::ones([4, 2, 2]);
    let (_, LeakyState { steps, .. }) = cell.scan(Sequence::time_major(xs).lengths(&[4, 1])?, None)?;
    assert_eq!(steps.as_slice(), [4.0, 1.0]);
    Ok(())
}

#[test]
fn gradients_flow_through_the_loop() -> Result<(), Error> {
    let cell = leaky();
    let xs = Tensor::<f32>::ones([3, 1, 2]);
    let (_, gradients) = value_and_grad(&cell, |cell| Ok::<_, Error>(cell.scan(&xs, None)?.1.hidden.sum()))?;
    assert_eq!(gradients.get(&cell.decay).map(|gradient| gradient.shape().to_vec()), Some(vec![1]));
    assert_eq!(gradients.get(&cell.input).map(|gradient| gradient.shape().to_vec()), Some(vec![1, 2]));
    Ok(())
}

#[test]
fn cells_are_made_from_equations() -> Result<(), Error> {
    let mut rng = StdRng::seed_from_u64(1);
    let mut cell = Follower::new(2, 3, &mut rng);
    cell.b = None;
    let speed = Tensor::from([1.0_f32, 0.0]);
    let (ys, FollowerState { h }) = cell.scan(&(Tensor::ones([4, 2, 2]), speed), None)?;
    assert_eq!(ys.data().0.shape(), [4, 2, 3]);
    assert_eq!(ys.data().1.shape(), [4, 2]);
    let target = (Tensor::ones([1, 2]).matmul_transposed(&cell.w.get())).tanh() * 0.75;
    assert_eq!(h.select_index(0, 0), target.select_index(0, 0));
    assert_eq!(h.select_index(0, 1), cell.initial_h.get());
    let (twice, _) = Doubled::new(2, &mut rng).scan(Tensor::ones([1, 1, 2]), None)?;
    assert_eq!(twice.data().to_vec(), [2.0, 2.0]);
    Ok(())
}

#[test]
fn cells_of_functions_and_of_other_macros() -> Result<(), Error> {
    assert_eq!(lengths(&Tensor::from([[3.0, 4.0]]))?, (5.0, 10.0));
    let mut random = StdRng::seed_from_u64(1);
    let halved = Halved::<f64>::with_dtype(2, 3, &mut random);
    assert_eq!((halved.hidden(), halved.w.shape().to_vec()), (3, vec![3, 2]));
    Ok(())
}

#[test]
fn cells_pass_the_checks_for_users() -> Result<(), Error> {
    let mut random = StdRng::seed_from_u64(1);
    check_cell(&Halved::<f64>::with_dtype(2, 3, &mut random))?;
    let found = check_cell(&Follower::<f64>::with_dtype(2, 3, &mut random))?;
    let names: Vec<&str> = found.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names, ["w", "b", "initial_h", "inputs.0", "inputs.1", "state.h"]);
    Ok(())
}

#[test]
fn a_step_of_training_lowers_the_loss() -> Result<(), Error> {
    let mut cell = Follower::new(2, 3, &mut StdRng::seed_from_u64(1));
    let inputs = (Tensor::ones([4, 2, 2]), Tensor::full([2], 0.5));
    let loss = |cell: &Follower| {
        let (ys, _) = cell.scan(&inputs, None)?;
        Ok::<_, Error>((ys.data().0.clone() - 0.5).square().mean() + ys.data().1.square().mean())
    };
    let mut optimizer = Sgd::new(0.1).setup(&cell)?;
    let (before, gradients) = value_and_grad(&cell, loss)?;
    optimizer.update(&mut cell, &gradients)?;
    let (after, _) = value_and_grad(&cell, loss)?;
    assert!(after.item() < before.item(), "{} is not below {}", after.item(), before.item());
    Ok(())
}
