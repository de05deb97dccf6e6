//! Ties in flat models.

use super::{assert_in_place, loss, model};
use crate::flat::Flat;
use crate::optim::{Adam, AdamW, ClipGlobalNorm, Groups, Lamb, Muon, Rprop, Rule, Sgd};
use crate::{Float, Gradients, Module, Param, Result, Tensor, grad};

#[test]
fn ties_survive_everything_that_is_done_to_a_flat_model() -> Result<()> {
    let flat = Flat::new(model())?;
    let twin = flat.flatten::<f64>()?.1.restructure(&*vec![0.5; 14])?;
    for (name, other) in [("duplicate", flat.duplicate()), ("share", flat.share()), ("restructure", twin)] {
        assert_eq!(other.weight.id(), other.decoder.id(), "{name}");
        assert_eq!(other.decoder.get(), other.weight.get().transpose(0, 1), "{name}");
        assert_eq!(other.layout(), flat.layout(), "{name}");
        assert_in_place(&other);
        let shared = name == "share";
        assert_eq!(other.weight.id() == flat.weight.id(), shared, "{name}");
        assert_eq!(other.params::<f64>().as_ptr() == flat.params::<f64>().as_ptr(), shared, "{name}");
    }
    let inner = flat.into_inner();
    assert_eq!(inner.weight.id(), inner.decoder.id());
    assert_eq!(inner.decoder.get(), inner.weight.get().transpose(0, 1));
    Ok(())
}

#[derive(Module)]
struct Generic<F: Float> {
    first: Param<F>,
    second: Param<F>,
    turned: Param<F>,
}

#[test]
fn ties_survive_another_element_type() -> Result<()> {
    let first = Param::new(Tensor::from([[1.0_f32, 2.0]]));
    let model = Generic { turned: first.share_transposed(), second: first.share(), first };
    let mut double: Flat<Generic<f64>> = Flat::new(model)?.cast::<f64>()?;
    assert_in_place(&double);
    double.params_mut::<f64>()[1] = 5.0;
    assert_eq!(double.second.get().to_vec(), [1.0, 5.0]);
    assert_eq!(double.turned.get().shape(), [2, 1]);
    Ok(())
}

#[test]
fn freezing_one_alias_freezes_the_range() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let mut optimizer = Adam::new(0.1).setup(&flat)?;
    flat.freeze("decoder")?;
    let gradients = grad(&flat, |m| loss(m))?;
    optimizer.update(&mut flat, &gradients)?;
    assert_eq!(flat.params::<f64>()[..6], [1.0, -2.0, 3.0, 0.5, 0.25, -1.0]);
    assert_ne!(flat.params::<f64>()[6], 7.0);
    flat.thaw("weight")?;
    let gradients = grad(&flat, |m| loss(m))?;
    optimizer.update(&mut flat, &gradients)?;
    assert_ne!(flat.params::<f64>()[0], 1.0);
    Ok(())
}

#[test]
fn two_handles_of_a_flat_model_share_its_buffer() -> Result<()> {
    let mut first = Flat::new(model())?;
    let second = first.share();
    first.params_mut::<f64>()[0] = -5.0;
    assert_eq!(second.params::<f64>()[0], -5.0);
    let inner = first.into_inner();
    assert!(inner.weight.group().is_some(), "the parameters stay with the other handle");
    assert_in_place(&second);
    drop(second);
    assert!(inner.weight.group().is_none());
    assert_eq!(inner.weight.get().at([0, 0]), -5.0);
    Ok(())
}

/// Fifty steps on a plain model and on a flat one.
fn trains_alike<R: Rule>(name: &str, rule: impl Fn() -> R) -> Result<()> {
    let mut plain = model();
    let mut flat = Flat::new(model())?;
    let mut of_plain = rule().setup(&plain)?;
    let mut of_flat = rule().setup(&flat)?;
    for step in 0..50 {
        let gradients = grad(&plain, loss)?;
        of_plain.update(&mut plain, &gradients)?;
        let gradients = grad(&flat, |m| loss(m))?;
        of_flat.update(&mut flat, &gradients)?;
        assert_eq!(plain.flatten::<f64>()?.0, flat.flatten::<f64>()?.0, "{name}, step {step}");
    }
    assert_eq!((flat.copies(), flat.weight.id()), (0, flat.decoder.id()), "{name}");
    assert_in_place(&flat);
    Ok(())
}

#[test]
fn rules_train_a_tied_flat_model_as_a_plain_one() -> Result<()> {
    trains_alike("Sgd", || Sgd::new(0.01))?;
    trains_alike("AdamW", || AdamW::new(0.01))?;
    trains_alike("Lamb", || Lamb::new(0.01))?;
    trains_alike("Muon", || Muon::new(0.01))?;
    trains_alike("Rprop", || Rprop::new(0.01))?;
    trains_alike("chain", || (ClipGlobalNorm::new(0.5), Adam::new(0.01)))
}

#[test]
fn groups_step_parts_of_the_buffer() -> Result<()> {
    let mut flat = Flat::new(model())?;
    let mut optimizer = Groups::new().group("list", Sgd::new(0.0)).rest(Sgd::new(0.1)).setup(&flat)?;
    let gradients = grad(&flat, |m| loss(m))?;
    optimizer.update(&mut flat, &gradients)?;
    assert_eq!(flat.params::<f64>()[8..], [9.0, 10.0, 11.0]);
    assert_ne!(flat.params::<f64>()[..6], [1.0, -2.0, 3.0, 0.5, 0.25, -1.0]);
    Ok(())
}

#[test]
fn steps_are_the_same_on_any_number_of_threads() -> Result<()> {
    let param = |size: usize, seed: usize| {
        let value = |i: usize| ((i * 7919 + seed) % 1009) as f32 / 1009.0 - 0.5;
        Param::new(Tensor::from_vec((0..size).map(value).collect(), [size]).unwrap())
    };
    let sizes = [420_001, 3, 150_000, 150_017, 90_000, 0, 64, 100_003];
    let model = || sizes.iter().enumerate().map(|(at, size)| param(*size, at)).collect::<Vec<_>>();
    let trained = |threads: usize, is_flat: bool| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut plain, mut flat) = (model(), Flat::new(model())?);
            let gradients = model().flatten::<f32>()?.0;
            if is_flat {
                let mut optimizer = Adam::new(0.01).setup(&flat)?;
                let gradients = Gradients::from_flat(&flat, &gradients)?;
                (0..2).try_for_each(|_| optimizer.update(&mut flat, &gradients))?;
                return Ok::<_, crate::Error>(flat.params::<f32>().to_vec());
            }
            let mut optimizer = Adam::new(0.01).setup(&plain)?;
            let gradients = Gradients::from_flat(&plain, &gradients)?;
            (0..2).try_for_each(|_| optimizer.update(&mut plain, &gradients))?;
            Ok(plain.flatten::<f32>()?.0.to_vec())
        })
    };
    let expected = trained(1, false)?;
    assert_ne!(expected, model().flatten::<f32>()?.0.to_vec());
    for threads in [1, 2, 3, 5] {
        assert!(trained(threads, true)? == expected && trained(threads, false)? == expected, "{threads} threads");
    }
    Ok(())
}
