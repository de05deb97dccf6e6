//! Of PyTorch, Flax and others, by the numbers of their list (61 to 70). 63 of cells, and 68 to 70, are tested with cells.

use recurve::optim::{Adam, Ema, Groups, Rule, Sgd};
use recurve::{Gradients, Module, Param, Result, Tensor, grad};

use super::{one, values};
use crate::support::{assert_close_to, random};

/// A model whose output layer is its embedding.
#[derive(Module)]
struct Tied {
    a: Param<f64>,
    b: Param<f64>,
    rest: Param<f64>,
}

impl Tied {
    fn new() -> Self {
        let a = Param::new(random(&[3, 2], 5));
        Self { b: a.share_transposed(), a, rest: Param::new(random(&[2], 6)) }
    }

    fn loss(&self) -> Result<Tensor<f64>> {
        Ok((self.a.get().matmul(&self.b.get()).sin().sum_axes(0).sum() * self.rest.get()).sum())
    }
}

/// 61, 62, 65: copies keep ties, are independent, and every consumer counts a tie once.
#[test]
fn copies_are_tied_as_the_original_and_independent() {
    let mut model = Tied::new();
    let copy = model.duplicate();
    assert_eq!((model.count(), copy.count()), (8, 8));
    assert_eq!(copy.a.id(), copy.b.id());
    assert_ne!(copy.a.id(), model.a.id());
    let (flat, back) = model.flatten::<f64>().unwrap();
    assert_eq!(flat.count(), 8);
    let again = back.restructure(&flat).unwrap();
    assert_eq!(again.a.id(), again.b.id());
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let mut ema = Ema::new(&model, 0.5);
    assert_eq!(opt.states_mut().len(), 2);
    let kept = values(&copy);
    for _ in 0..3 {
        let gradients = grad(&model, Tied::loss).unwrap();
        assert_eq!(gradients.len(), 2);
        opt.update(&mut model, &gradients).unwrap();
        ema.update(&model).unwrap();
    }
    assert_eq!(values(&copy), kept);
    assert_ne!(values(&model), kept);
    assert_eq!(model.a.get().transpose(0, 1), model.b.get());
    assert_eq!(ema.model().a.get().transpose(0, 1), ema.model().b.get());
}

/// 61: which of two names comes first does not matter, nor which of them the matrix was made for.
#[test]
fn ties_hold_under_names_in_either_order() {
    #[derive(Module)]
    struct Turned {
        b: Param<f64>,
        a: Param<f64>,
        rest: Param<f64>,
    }
    let mut first = Tied::new();
    let b = Param::new(first.b.get());
    let mut second = Turned { a: b.share_transposed(), b, rest: Param::new(first.rest.get()) };
    let mut opts = (Adam::new(0.1).setup(&first).unwrap(), Adam::new(0.1).setup(&second).unwrap());
    for _ in 0..5 {
        let gradients = grad(&first, Tied::loss).unwrap();
        opts.0.update(&mut first, &gradients).unwrap();
        let loss = |m: &Turned| Tied { a: m.a.share(), b: m.b.share(), rest: m.rest.share() }.loss();
        let gradients = grad(&second, loss).unwrap();
        opts.1.update(&mut second, &gradients).unwrap();
    }
    assert_close_to("a", second.a.get().as_slice(), first.a.get().as_slice(), 1e-14);
    assert_eq!(second.a.get().transpose(0, 1), second.b.get());
    let mut loaded = Tied::new();
    recurve::files::from_bytes(&mut loaded, &recurve::files::to_bytes(&second).unwrap()).unwrap();
    assert_eq!((loaded.a.get(), loaded.b.get()), (second.a.get(), second.b.get()));
    assert_eq!(loaded.a.id(), loaded.b.id());
}

/// 63: after a parameter is replaced, the next pass and the next step see the new values.
#[test]
fn a_replaced_value_is_the_one_that_is_used() {
    let mut model = Tied::new();
    let mut opt = Sgd::new(0.5).setup(&model).unwrap();
    let before = model.loss().unwrap().item();
    model.b.set(random(&[2, 3], 9)).unwrap();
    assert_ne!(model.loss().unwrap().item(), before);
    assert_eq!(model.a.get().transpose(0, 1), random(&[2, 3], 9));
    let gradients = grad(&model, Tied::loss).unwrap();
    let (start, step) = (model.a.get(), gradients.get(&model.a).unwrap() * 0.5);
    opt.update(&mut model, &gradients).unwrap();
    assert_close_to("from there", model.a.get().as_slice(), (start - step).as_slice(), 1e-15);
}

/// 64: a model without parameters, or without any that is trained.
#[test]
fn empty_models_can_be_updated() {
    let mut empty: Vec<Param<f64>> = Vec::new();
    let mut opt = Adam::new(0.1).setup(&empty).unwrap();
    let gradients = Gradients::none(&empty).unwrap();
    opt.update(&mut empty, &gradients).unwrap();
    let mut frozen = one(1.0);
    frozen.set_frozen(true);
    let mut opt = Adam::new(0.1).setup(&frozen).unwrap();
    let gradients = Gradients::none(&frozen).unwrap();
    opt.update(&mut frozen, &gradients).unwrap();
    assert_eq!((opt.states_mut().len(), frozen.get().item()), (0, 1.0));
}

/// 66, 67: a tie in two groups, or frozen by the attribute of one of its fields, is an error that names both.
#[test]
fn contradictions_about_a_tie_are_errors() {
    let groups = Groups::new().group("a", Sgd::new(0.1)).group("b", Sgd::new(0.2)).rest(Sgd::new(0.3));
    let words = groups.setup(&Tied::new()).map(|_| ()).unwrap_err().to_string();
    assert!(words.starts_with("a: the parameter (it is also at b transposed) is in two groups"), "{words}");

    #[derive(Module)]
    struct HalfFrozen {
        #[module(frozen)]
        first: Param<f64>,
        second: Param<f64>,
    }
    let first = one(1.0);
    let model = HalfFrozen { second: first.share(), first };
    let words = Adam::new(0.1).setup(&model).map(|_| ()).unwrap_err().to_string();
    assert!(words.starts_with("first: the parameter is marked `#[module(frozen)]`") && words.contains("`second`"));
}
