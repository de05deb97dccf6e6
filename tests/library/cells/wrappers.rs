//! Cells around cells: wrappers for any cell nest in any order, with states that are tuples of tuples.

use recurve::{Cell, Error, Gru, Module, Param, Result, Tensor, check_gradients};

use super::samples::weighted;
use crate::support::{assert_close_to, random, rng};

/// Adds the input to the output.
#[derive(Module)]
struct Residual<C> {
    inner: C,
}

impl<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>> Cell for Residual<C> {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = C::State;

    fn initial_state(&self, batch: usize) -> Result<C::State> {
        self.inner.initial_state(batch)
    }

    fn step(&self, x: &Tensor<f64>, state: C::State) -> Result<(Tensor<f64>, C::State)> {
        let (y, state) = self.inner.step(x, state)?;
        Ok((x + y, state))
    }
}

/// Mixes each output with the one before it, in parts that are trained; its state is a pair.
#[derive(Module)]
struct Smooth<C> {
    inner: C,
    part: Param<f64>,
}

impl<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>> Cell for Smooth<C> {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = (C::State, Tensor<f64>);

    fn initial_state(&self, batch: usize) -> Result<Self::State> {
        Ok((self.inner.initial_state(batch)?, Tensor::zeros([batch, SIZE])))
    }

    fn step(&self, x: &Tensor<f64>, (state, last): Self::State) -> Result<(Tensor<f64>, Self::State)> {
        let (y, state) = self.inner.step(x, state)?;
        let (part, last) = (self.part.get().sigmoid(), last);
        let y = &part * y + (-part + 1.0) * last;
        Ok((y.clone(), (state, y)))
    }
}

const SIZE: usize = 3;

fn gru() -> Gru<f64> {
    Gru::with_dtype(SIZE, SIZE, &mut rng(1))
}

fn smooth<C>(inner: C, seed: u64) -> Smooth<C> {
    Smooth { inner, part: Param::new(random(&[SIZE], seed)) }
}

fn outputs<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>>(cell: &C, xs: &Tensor<f64>) -> Result<Tensor<f64>> {
    Ok(cell.scan(xs, None)?.0.data().clone())
}

fn agrees<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>>(cell: C) -> Result<Vec<f64>> {
    let xs = random(&[4, 2, SIZE], 7);
    let (mut state, mut expected) = (cell.initial_state(2)?, Vec::new());
    for step in 0..4 {
        let (y, next) = cell.step(&xs.select_index(0, step), state)?;
        expected.extend(y.to_vec());
        state = next;
    }
    let found = outputs(&cell, &xs)?.to_vec();
    assert_close_to("scan and loop", &found, &expected, 1e-14);
    let model = (cell, Param::new(xs));
    check_gradients(&model, |(cell, xs)| Ok::<_, Error>(weighted(&outputs(cell, &xs.get())?, 3)), &mut rng(9))?;
    Ok(found)
}

#[test]
fn wrappers_nest_in_any_order() -> Result<()> {
    let alone = agrees(gru())?;
    let inside = agrees(Residual { inner: smooth(gru(), 2) })?;
    let outside = agrees(smooth(Residual { inner: gru() }, 2))?;
    assert_ne!(inside, outside, "the order has a meaning");
    assert_ne!(inside, alone);
    agrees(smooth(smooth(Residual { inner: Residual { inner: gru() } }, 3), 4))?;
    let paths: Vec<String> = smooth(Residual { inner: gru() }, 2)
        .parameters()?
        .iter()
        .map(|parameter| parameter.path().to_owned())
        .filter(|path| !path.starts_with("inner.inner."))
        .collect();
    assert_eq!(paths, ["part"]);
    Ok(())
}
