//! Freezing acts on parameters, so on all their uses.

use recurve::{Error, Gradients, Module, Param, Result, grad};

use super::{everywhere, weighted};
use crate::support::random;

#[derive(Module)]
struct PartlyFrozen {
    trained: Param<f64>,
    #[module(frozen)]
    fixed: Param<f64>,
}

#[test]
fn a_mark_at_one_use_only_is_an_error_that_names_both() {
    let weight = Param::new(random(&[2], 1));
    let model = vec![PartlyFrozen { trained: weight.share(), fixed: weight }];
    let expected = "0.fixed: the parameter is marked `#[module(frozen)]`, but the same parameter at `0.trained` is \
                    not; mark both fields or neither";
    assert_eq!(model.parameters().unwrap_err().to_string(), expected);
    assert_eq!(model.summary().unwrap_err().to_string(), expected);
    assert_eq!(model.flatten::<f64>().unwrap_err().to_string(), expected);
    assert_eq!(Gradients::none(&model).unwrap_err().to_string(), expected);
    let error = grad(&model, |m| Ok::<_, Error>(m[0].trained.get().sum())).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_mark_at_all_uses_freezes() -> Result<()> {
    let weight = Param::new(random(&[2], 1));
    let layer = |fixed: Param<f64>, seed| PartlyFrozen { trained: Param::new(random(&[3], seed)), fixed };
    let model = (layer(weight.share(), 2), layer(weight, 3));
    let frozen: Vec<bool> = model.parameters()?.iter().map(|parameter| parameter.is_frozen()).collect();
    assert_eq!(frozen, [false, true, false]);
    assert_eq!(model.trainables()?.len(), 2);
    Ok(())
}

#[test]
fn freezing_one_use_freezes_all() -> Result<()> {
    for pattern in ["plain", "map.head", "pair.1.*", "**.weight", "boxed"] {
        let mut model = everywhere();
        assert_eq!(model.freeze(pattern)?, 1, "{pattern}");
        assert!(model.upright().iter().all(|param| param.is_frozen()));
        assert!(model.turned().iter().all(|param| param.is_frozen()));
        let gradients = grad(&model, |m| {
            assert!(!m.turned()[0].get().is_tracked(), "frozen parameters cost no work");
            weighted(m)
        })?;
        assert_eq!(gradients.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["list.1"]);
        assert!(gradients.get(&model.plain).is_none() && gradients.get(&model.other).is_some());
        assert_eq!(model.flatten::<f64>()?.0, model.other.get());
        assert!(model.duplicate().plain.is_frozen() && model.cast::<f32>()?.turned()[1].is_frozen());
        assert_eq!(model.thaw("maybe")?, 1);
        assert!(!model.plain.is_frozen());
        assert_eq!(grad(&model, weighted)?.len(), 2);
    }
    Ok(())
}

#[test]
fn a_frozen_parameter_needs_no_derivative_on_its_way() -> Result<()> {
    let mut model = (Param::new(random(&[3], 1)), Param::new(random(&[3], 2)));
    let loss = |m: &(Param<f64>, Param<f64>)| Ok::<_, Error>((m.0.get().floor() * m.1.get()).sum());
    let expected = "floor: has no derivative, but a gradient is needed through it; write `x.detach().floor()`";
    assert_eq!(grad(&model, loss).unwrap_err().to_string(), expected);
    model.freeze("0")?;
    assert_eq!(grad(&model, loss)?.get(&model.1).unwrap(), model.0.get().floor());
    Ok(())
}
