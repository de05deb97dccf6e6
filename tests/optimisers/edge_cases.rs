//! The edge cases that other libraries test of their optimisers and trees, as they mean something here.
//!
//! Of Flux and Optimisers.jl, by the numbers of their list. Elsewhere:
//! - 35, 37, 48, 49: the clips, chains and settings of `main` and `composition`.
//! - 41: `sharing`, as summed gradients of a tied model; 42: layers shared as a whole, in `sharing` of the library's tests.
//! - 52: `rules`, and 50 there as gradients that are too small for f32.
//! - 54: `refusals`; a rule in the place of an optimiser does not compile.
//! - 57: `zip`, with the parameter trees; 60: paths there, and in flat models. 67: the derive's compile-fail tests.
//! - 61 to 66: files. 68: summaries, with the parameter trees.
//!
//! Without a meaning here:
//! - 36, 35 in part: norms other than Euclid's, and passing on what is not finite; neither exists.
//! - 37 in part: decay by the sign of a weight; there is none.
//! - 51: mixed precision; the element types are f32 and f64.
//! - 52 in part: complex weights and static arrays.
//! - 56 in part: walks without a cache; a tie is a handle of a `Param`, which no walk can miss.
//! - 57 in part: walks of trees of different structure; `Module::zip` takes two models of one type.
//! - 60 in part: paths as values with indices that may be missing; a path is text, and an unknown one an error.
//! - 70: modes of training and testing; a layer has none but `Dropout`, which is told in the call.

mod elsewhere;

use std::collections::BTreeMap;

use recurve::nn::{Dropout, Linear};
use recurve::optim::{
    Accumulate, AdaBelief, AdaMax, Adadelta, Adagrad, Adam, AdamW, Adan, AmsGrad, ClipNorm, ClipValue, Lamb, Lion,
    Muon, NAdam, RAdam, RmsProp, Rprop, Rule, Sgd, WeightDecay,
};
use recurve::{
    AnyTensor, Buffer, DType, Forward, Gradients, Module, Param, Tensor, grad, value_and_grad, value_and_grad_aux,
};

use crate::support::{assert_close_to, panic_of, random, rng};

fn one(value: f64) -> Param<f64> {
    Param::new(Tensor::from([value]))
}

fn values(model: &impl Module) -> Vec<f64> {
    model.parameters().unwrap().iter().flat_map(|parameter| parameter.get().to_f64_vec()).collect()
}

/// One step by the gradients in a flat vector.
#[track_caller]
fn step_flat<R: Rule>(model: &mut impl Module, opt: &mut recurve::optim::Optimizer<R>, gradient: &[f64]) {
    let gradients = Gradients::from_flat(model, &Tensor::from(gradient)).unwrap();
    opt.update(model, &gradients).unwrap();
}

/// 34: inputs stay as they are unless they are updated in place.
#[test]
fn an_update_of_a_copy_leaves_the_original() {
    let mut model = (one(1.0), one(2.0));
    let copy = model.duplicate();
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let (id, gradients) = (model.0.id(), Gradients::from_flat(&model, &Tensor::from([1.0, 1.0])).unwrap());
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(values(&copy), [1.0, 2.0]);
    assert_eq!(gradients.flatten::<f64>().unwrap().to_vec(), [1.0, 1.0]);
    assert_eq!(model.0.id(), id, "the same parameter, changed in place");
}

/// 35: clipping refuses what is not a number, and shortens only what is long.
#[test]
fn clipping_refuses_what_is_not_finite() {
    let mut model = Param::new(Tensor::<f64>::zeros([3]));
    for rule in [true, false] {
        let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, f64::NAN, 3.0])).unwrap();
        let outcome = if rule {
            ClipNorm::new(10.0).setup(&model).unwrap().update(&mut model, &gradients)
        } else {
            ClipValue::new(10.0).setup(&model).unwrap().update(&mut model, &gradients)
        };
        assert!(outcome.unwrap_err().to_string().contains("not finite, found NaN at [1]"));
    }
    assert_eq!(model.get().to_vec(), [0.0; 3]);
}

/// 37: the order of clipping and decay.
#[test]
fn clipping_before_decay_is_not_decay_before_clipping() {
    let after = |rule: &dyn Fn(&mut Param<f64>)| {
        let mut model = one(10.0);
        rule(&mut model);
        model.get().item()
    };
    let first = after(&|m| step_flat(m, &mut (ClipValue::new(2.0), WeightDecay::new(0.1)).setup(m).unwrap(), &[5.0]));
    let last = after(&|m| step_flat(m, &mut (WeightDecay::new(0.1), ClipValue::new(2.0)).setup(m).unwrap(), &[5.0]));
    assert_eq!((first, last), (10.0 - 3.0, 10.0 - 2.0));
    let mut negative = one(-10.0);
    let mut opt = WeightDecay::new(0.1).setup(&negative).unwrap();
    step_flat(&mut negative, &mut opt, &[0.0]);
    assert_eq!(negative.get().item(), -9.0, "decay is towards zero from below too");
}

/// 38, 39: ties through several levels, of which some are not used by the loss.
#[test]
fn ties_at_several_levels_are_kept_whichever_are_used() {
    let tied = one(1.0);
    let mut model = (tied.share(), BTreeMap::from([("x".to_owned(), (one(5.0), tied.share()))]), vec![tied]);
    let mut opt = Sgd::new(0.5).momentum(0.5).setup(&model).unwrap();
    assert_eq!(opt.states_mut().len(), 2);
    type Model = (Param<f64>, BTreeMap<String, (Param<f64>, Param<f64>)>, Vec<Param<f64>>);
    let loss = |m: &Model| Ok::<_, recurve::Error>((m.0.get() * 2.0 + m.2[0].get() * 3.0).sum());
    for _ in 0..2 {
        let gradients = grad(&model, loss).unwrap();
        assert_eq!(opt.update_partial(&mut model, &gradients).unwrap().skipped(), ["1.x.0"]);
    }
    // The gradient is 5: velocities 5 and 7.5.
    let x = &model.1["x"];
    assert_eq!([&model.0, &x.1, &model.2[0]].map(|param| param.get().item()), [1.0 - 2.5 - 3.75; 3]);
    assert_eq!(x.0.get().item(), 5.0);
}

/// 40: a limit holds for the sum of the gradients of a tie.
#[test]
fn clipping_sees_the_sum_of_a_tie() {
    let matrix = Param::new(Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    let mut model = (matrix.share_transposed(), matrix.share(), matrix.share_transposed());
    let weights = Tensor::from([[3.0, 0.0], [1.0, 0.0]]);
    let gradients = grad(&model, |m| {
        let all = (m.0.get() + m.2.get()) * &weights + m.1.get() * weights.transpose(0, 1);
        Ok::<_, recurve::Error>(all.sum())
    });
    ClipValue::new(5.0).setup(&model).unwrap().update(&mut model, &gradients.unwrap()).unwrap();
    // The sum is [[9, 3], [0, 0]] as the matrix stands.
    assert_eq!(matrix.get().to_vec(), [1.0 - 5.0, 2.0 - 3.0, 3.0, 4.0]);
    assert_eq!(model.2.get(), matrix.get().transpose(0, 1));
}

/// 43: a gradient that is already the sum over all uses, and stands at each of them, counts once.
#[test]
fn a_gradient_at_each_place_of_a_tie_counts_once() {
    let tied = one(1.0);
    let mut model = (tied.share(), vec![tied.share(), one(2.0)], tied);
    let sum = one(8.0);
    let tree = (sum.share(), vec![sum.share(), one(0.5)], sum);
    let gradients = Gradients::from_model(&model, &tree).unwrap();
    Sgd::new(0.5).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_eq!(
        [&model.0, &model.1[0], &model.2, &model.1[1]].map(|param| param.get().item()),
        [-3.0, -3.0, -3.0, 1.75]
    );
    // One gradient for each place is another tree: which of them is meant, or their sum, nobody knows.
    let apart = (one(3.0), vec![one(4.0), one(0.5)], one(1.0));
    let words = Gradients::from_model(&model, &apart).unwrap_err().to_string();
    assert!(words.contains("the model of gradients should have `0` (shared with 1.0, 2) here, found `0`"), "{words}");
}

/// 44: no gradient, of a leaf, of a node, of all.
#[test]
fn missing_gradients_leave_values_and_states() {
    let start = || ((one(1.0), one(2.0)), one(3.0));
    let (mut model, mut other) = (start(), start());
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    let mut control = Adam::new(0.1).setup(&other).unwrap();
    step_flat(&mut model, &mut opt, &[1.0, 1.0, 1.0]);
    step_flat(&mut other, &mut control, &[1.0, 1.0, 1.0]);
    let some = |value: f64| Some(AnyTensor::from(Tensor::from([value])));
    for list in [[None, some(2.0), some(2.0)], [None, None, some(2.0)], [None, None, None]] {
        let before = values(&model);
        let missing: Vec<bool> = list.iter().map(Option::is_none).collect();
        let gradients = Gradients::from_list(&model, list).unwrap();
        let report = opt.update_partial(&mut model, &gradients).unwrap();
        let moved: Vec<bool> = values(&model).iter().zip(&before).map(|(now, before)| now == before).collect();
        assert_eq!(moved, missing);
        assert_eq!(report.skipped().len(), missing.iter().filter(|missing| **missing).count());
    }
    // The first parameter and its state have not seen any of it.
    step_flat(&mut model, &mut opt, &[2.0, 2.0, 2.0]);
    step_flat(&mut other, &mut control, &[2.0, 2.0, 2.0]);
    assert_eq!(values(&model)[0], values(&other)[0]);
    assert_ne!(values(&model)[2], values(&other)[2]);
}

/// 45: maps, nested, with what is no parameter in between.
#[test]
fn models_of_maps_are_stepped_by_key() {
    #[derive(Module)]
    struct Leaf {
        name: String,
        size: usize,
        weight: Param<f64>,
    }
    let leaf = |value: f64| Leaf { name: "leaf".to_owned(), size: 1, weight: one(value) };
    let inner = |value: f64| BTreeMap::from([("b".to_owned(), leaf(value)), ("a".to_owned(), leaf(value + 1.0))]);
    let mut model = BTreeMap::from([("y".to_owned(), inner(10.0)), ("x".to_owned(), inner(20.0))]);
    let mut opt = Sgd::new(1.0).setup(&model).unwrap();
    let mut gradients = Gradients::none(&model).unwrap();
    gradients.set("x.b.weight", Some(Tensor::from([1.0]).into())).unwrap();
    let report = opt.update_partial(&mut model, &gradients).unwrap();
    assert_eq!(report.skipped(), ["x.a.weight", "y.a.weight", "y.b.weight"]);
    assert_eq!(values(&model), [21.0, 19.0, 11.0, 10.0]);
    assert_eq!((model["x"]["a"].name.as_str(), model["x"]["a"].size), ("leaf", 1));
    assert_eq!(opt.freeze("*.a").unwrap(), 2);
    assert_eq!(opt.adjust("y", |rule| rule.set_learning_rate(0.5)).unwrap(), 2);
}

/// 46: nothing widens: rules count in f64, and parameters, gradients and states stay as they are.
#[test]
fn states_are_in_the_type_of_their_parameter() {
    use recurve::{TensorVisitor, Tensors};

    #[derive(Default)]
    struct Types(Vec<DType>);

    impl TensorVisitor for Types {
        fn f32(&mut self, tensor: &Tensor<f32>) {
            assert_eq!(tensor.shape(), [2]);
            self.0.push(DType::F32);
        }
        fn f64(&mut self, _: &Tensor<f64>) {
            self.0.push(DType::F64);
        }
        fn usize(&mut self, _: &Tensor<usize>) {
            self.0.push(DType::Usize);
        }
        fn bool(&mut self, _: &Tensor<bool>) {
            self.0.push(DType::Bool);
        }
    }

    let value = Tensor::from([1.0_f32, 2.0]);
    let types = |state: &dyn Fn(&mut Types)| {
        let mut types = Types::default();
        state(&mut types);
        types.0
    };
    assert_eq!(types(&|t| Rprop::new(0.1).init(&value).visit_tensors(t)), [DType::F32; 2]);
    assert_eq!(types(&|t| Adam::new(0.1).init(&value).visit_tensors(t)), [DType::F32, DType::F32, DType::Usize]);
    let mut model = Param::new(value.clone());
    let gradients = Gradients::from_flat(&model, &Tensor::from([0.5_f32, 0.5])).unwrap();
    Rprop::new(0.1).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_eq!(model.get(), Tensor::from([0.9_f32, 1.9]));
}

/// 47: the walk of Optimisers.jl through freezing, thawing and adjusting.
#[test]
fn freezing_thawing_and_adjusting_in_turn() {
    let mut model = (Param::new(Tensor::from([1.0, 2.0])), (one(3.0), one(4.0)));
    let mut opt = Sgd::new(0.1).setup(&model).unwrap();
    opt.freeze("1").unwrap();
    let step = |model: &mut _, opt: &mut _| step_flat(model, opt, &[1.0, 10.0, 100.0, 1000.0]);
    step(&mut model, &mut opt);
    assert_close_to("frozen", &values(&model), &[0.9, 1.0, 3.0, 4.0], 1e-15);
    opt.thaw("1").unwrap();
    opt.adjust("1", |rule| rule.set_learning_rate(0.2)).unwrap();
    opt.adjust("0", |rule| rule.set_learning_rate(0.2)).unwrap();
    step(&mut model, &mut opt);
    assert_close_to("thawed", &values(&model), &[0.7, -1.0, -17.0, -196.0], 1e-13);
}

/// 49: their case of accumulation with decay behind it, in numbers.
#[test]
fn decay_behind_accumulation_runs_once() {
    let mut model = (one(1.0), one(2.0));
    let mut opt = (Accumulate::new(2), WeightDecay::new(0.01), Sgd::new(0.1)).setup(&model).unwrap();
    step_flat(&mut model, &mut opt, &[33.0, 0.0]);
    assert_eq!(values(&model), [1.0, 2.0]);
    step_flat(&mut model, &mut opt, &[0.0, 444.0]);
    assert_close_to("numbers", &values(&model), &[-0.651, -20.202], 1e-12);
}

/// 53: no rule takes a learning rate that is negative or no number, at once or later.
#[test]
fn every_rule_refuses_an_impossible_learning_rate() {
    macro_rules! refuse {
        ($($rule:ident),+) => {$(
            for rate in [-0.1, f64::NAN, f64::INFINITY] {
                let name = stringify!($rule);
                let words = format!("{name}: the learning rate should be finite and not negative, found {rate}");
                assert_eq!(panic_of(|| $rule::new(rate)), words);
                assert_eq!(panic_of(|| $rule::new(0.1).set_learning_rate(rate)), words);
                let words = words.replace(name, "Optimizer");
                assert_eq!(panic_of(|| $rule::new(0.1).setup(&one(1.0)).unwrap().set_learning_rate(rate)), words);
            }
            assert_eq!($rule::new(0.0).learning_rate(), 0.0);
        )+};
    }
    refuse!(Sgd, Adam, AdamW, AmsGrad, AdaMax, NAdam, RAdam, AdaBelief, Adan, RmsProp, Adagrad, Adadelta, Lion);
    refuse!(Lamb, Muon);
    for size in [-0.1, f64::NAN] {
        let words = panic_of(|| Rprop::new(size));
        assert!(words.starts_with("Rprop: the ") && words.ends_with(&format!("found {size}")), "{words}");
    }
}

/// 55: a gradient that is no number stops training with everything as it was one step before.
#[test]
fn training_stops_where_the_loss_is_no_number() {
    let run = |stop: usize| {
        let mut model = Param::new(random(&[3], 1));
        let mut opt = Adam::new(0.1).setup(&model).unwrap();
        let outcome = (0..100).try_for_each(|step| {
            let bad = if step == stop { f64::NAN } else { 1.0 };
            let (_, gradients) = value_and_grad(&model, |m| Ok::<_, recurve::Error>((m.get().square() * bad).sum()))?;
            if step == 50 && stop > 50 { Err(some_error()) } else { opt.update(&mut model, &gradients) }
        });
        (model.get().to_vec(), outcome.unwrap_err().to_string())
    };
    let ((found, words), (expected, _)) = (run(50), run(usize::MAX));
    assert_eq!(found, expected, "as after 50 steps");
    assert!(words.contains("not finite, found NaN"), "{words}");
}

/// Some error.
fn some_error() -> recurve::Error {
    Gradients::none(&one(1.0)).unwrap().set("nowhere", None).unwrap_err()
}

/// 55: the loss of a step is that before it, what is returned beside it changes nothing, and decay is an L2 loss.
#[test]
fn losses_beside_steps() {
    let start = || Param::new(random(&[4], 2));
    let loss = |m: &Param<f64>| Ok::<_, recurve::Error>(m.get().sin().sum());
    let (mut plain, mut aux, mut explicit) = (start(), start(), start());
    let mut opt = (WeightDecay::new(0.3), Sgd::new(0.1)).setup(&plain).unwrap();
    let mut other = (WeightDecay::new(0.3), Sgd::new(0.1)).setup(&aux).unwrap();
    let mut without = Sgd::new(0.1).setup(&explicit).unwrap();
    for _ in 0..5 {
        let before = loss(&plain).unwrap().item();
        let (value, gradients) = value_and_grad(&plain, loss).unwrap();
        opt.update(&mut plain, &gradients).unwrap();
        assert_eq!(value.item(), before);
        let (_, beside, gradients) = value_and_grad_aux(&aux, |m| Ok::<_, recurve::Error>((loss(m)?, 7))).unwrap();
        other.update(&mut aux, &gradients).unwrap();
        assert_eq!(beside, 7);
        let with = |m: &Param<f64>| Ok::<_, recurve::Error>(loss(m)? + m.get().square().sum() * 0.15);
        let (_, gradients) = value_and_grad(&explicit, with).unwrap();
        without.update(&mut explicit, &gradients).unwrap();
    }
    assert_eq!(plain.get(), aux.get());
    assert_close_to("L2", explicit.get().as_slice(), plain.get().as_slice(), 1e-14);
}

/// 56, 59: a shared leaf is seen once, in the order of the fields; equal values are no tie.
#[test]
fn equal_values_are_no_tie() {
    let tied = one(1.0);
    let model = (tied.share(), (one(1.0), tied.share()), one(1.0));
    let parameters = model.parameters().unwrap();
    let paths: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    assert_eq!(paths, ["0", "1.0", "2"]);
    assert_eq!(Adam::new(0.1).setup(&model).unwrap().states_mut().len(), 3);
    let mut model = model;
    let mut opt = Sgd::new(1.0).setup(&model).unwrap();
    step_flat(&mut model, &mut opt, &[0.5, 0.25, 0.0]);
    assert_eq!([&model.0, &model.1.0, &model.1.1, &model.2].map(|param| param.get().item()), [0.5, 0.75, 0.5, 1.0]);
}

/// 58: leaves of any kind are walked past.
#[test]
fn what_is_no_parameter_is_walked_past() {
    #[derive(Module)]
    struct Mixed {
        activation: fn(f64) -> f64,
        nothing: (),
        rate: f64,
        missing: Option<Param<f64>>,
        there: Option<Box<Param<f64>>>,
        seen: Buffer<f64>,
    }
    let mut model = Mixed {
        activation: f64::tanh,
        nothing: (),
        rate: 0.5,
        missing: None,
        there: Some(Box::new(one(1.0))),
        seen: Buffer::new(Tensor::from([7.0])),
    };
    let mut opt = Sgd::new(1.0).setup(&model).unwrap();
    step_flat(&mut model, &mut opt, &[0.25]);
    assert_eq!(values(&model), [0.75]);
    assert_eq!(model.seen.get().item(), 7.0, "a buffer is not trained");
    assert_eq!(((model.activation)(0.0), model.nothing, model.rate, model.missing.is_none()), (0.0, (), 0.5, true));
}

/// 69: a cast changes floats alone, keeps ties, and gradients are in the type of the parameter.
#[test]
fn casts_keep_ties_and_gradients_have_the_type_of_their_parameter() {
    let tied = Param::new(random(&[2, 3], 1));
    let model = (tied.share(), tied.share_transposed(), 3_usize);
    let mut single: (Param<f32>, Param<f32>, usize) = model.cast().unwrap();
    assert_eq!(single.0.id(), single.1.id());
    assert_eq!(single.2, 3);
    let gradients = grad(&single, |m| Ok::<_, recurve::Error>(m.0.get().matmul(&m.1.get()).sum())).unwrap();
    assert_eq!(gradients.by_path("0").unwrap().unwrap().dtype(), DType::F32);
    Adam::new(0.1).setup(&single).unwrap().update(&mut single, &gradients).unwrap();
    assert_eq!(single.0.get().transpose(0, 1), single.1.get());
}

/// 70, in part: a dropout has no parameters, and does not change between training and testing by itself.
#[test]
fn layers_without_parameters_have_no_state() {
    let mut rng = rng(1);
    let mut model = (Linear::<f64>::with_dtype(2, 2, &mut rng), Dropout::new(0.5));
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    assert_eq!(opt.states_mut().len(), 2);
    let x = random(&[3, 2], 4);
    let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.0.forward(&x)?.sum())).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert!(model.0.forward(&x).is_ok());
}
