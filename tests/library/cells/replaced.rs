//! After parameters are replaced, in whatever way, the next scan is that of the new values: nothing is remembered of the
//! old ones.

use recurve::cells::*;
use recurve::optim::{Rule, Sgd};
use recurve::{Cell, Flat, Gradients, Module, Result, Tensor, files};

use crate::support::{random, rng};

/// The outputs over time.
fn run<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>>(cell: &C) -> Vec<f64> {
    cell.scan(random(&[4, 2, 3], 5), None).unwrap().0.data().to_vec()
}

/// A way to give the values of the second model to the first.
type Way<C> = (&'static str, fn(&mut C, &C) -> Result<()>);

fn ways<C: Module>() -> [Way<C>; 4] {
    [
        ("set", |model, other| {
            for (mut parameter, value) in model.trainables_mut()?.into_iter().zip(other.trainables()?) {
                parameter.set(value.get())?;
            }
            Ok(())
        }),
        ("load", |model, other| files::from_bytes(model, &files::to_bytes(other)?)),
        ("restructure", |model, other| {
            *model = model.flatten::<f64>()?.1.restructure(&other.flatten::<f64>()?.0)?;
            Ok(())
        }),
        ("step", |model, other| {
            let difference = model.flatten::<f64>()?.0 - other.flatten::<f64>()?.0;
            let gradients = Gradients::from_flat(model, &difference)?;
            Sgd::new(1.0).setup(model)?.update(model, &gradients)
        }),
    ]
}

fn follows<C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>>(name: &str, make: impl Fn(u64) -> C) {
    let other = make(2);
    let (before, expected) = (run(&make(1)), run(&other));
    let close = |found: Vec<f64>| found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-12);
    assert!(!close(before.clone()), "{name}: the test needs two cells");
    for (way, put) in ways::<C>() {
        let mut cell = make(1);
        assert_eq!(run(&cell), before, "{name}");
        put(&mut cell, &other).unwrap();
        assert!(close(run(&cell)), "{name}, {way}");
    }
    let mut flat = Flat::new(make(1)).unwrap();
    assert_eq!(run(&*flat), before, "{name}");
    flat.params_mut::<f64>().copy_from_slice(other.flatten::<f64>().unwrap().0.as_slice());
    assert_eq!(run(&*flat), expected, "{name}, the slice of a flat model");
}

#[test]
fn scans_see_values_that_were_replaced() {
    macro_rules! cells {
        ($($cell:ident),*) => {$(
            follows(stringify!($cell), |seed| $cell::<f64>::with_dtype(3, 4, &mut rng(seed)));
        )*};
    }
    cells!(Rnn, RnnRelu, Gru, GruResetBefore, Lstm, PeepholeLstm, LayerNormLstm, Mgu, IndRnn, AntisymmetricRnn);
    cells!(UpdateGateRnn);
}
