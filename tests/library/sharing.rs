//! Tied parameters: one parameter wherever it is used, whatever happens to the model.

use std::collections::{BTreeMap, BTreeSet};

use recurve::{
    AnyTensor, Buffer, Cast, Error, Float, Gradients, Id, Layout, Module, Param, Result, Tensor, check_gradients, grad,
    value_and_grad,
};

use crate::support::{assert_close, f64s, random, rng};

/// A language model in small: the embedding's weight is the output's weight.
#[derive(Module)]
struct Tied<F: Float = f64> {
    embedding: Param<F>,
    hidden: Hidden<F>,
    output: Param<F>,
}

#[derive(Module)]
struct Hidden<F: Float = f64> {
    weight: Param<F>,
    bias: Option<Param<F>>,
}

const VOCABULARY: usize = 5;
const FEATURES: usize = 3;

fn tied() -> Tied {
    let embedding = Param::new(random(&[VOCABULARY, FEATURES], 1));
    let weight = Param::new(random(&[FEATURES, FEATURES], 2));
    let bias = Some(Param::new(random(&[FEATURES], 3)));
    Tied { output: embedding.share(), embedding, hidden: Hidden { weight, bias } }
}

fn loss(m: &Tied) -> Result<Tensor<f64>> {
    let words = Tensor::from([[1_usize, 4, 1], [0, 1, 3]]);
    let x = m.embedding.get().index_select(0, &words)?;
    let bias = m.hidden.bias.as_ref().map_or(Tensor::scalar(0.0), Param::get);
    let h = (x.matmul_transposed(&m.hidden.weight.get()) + bias).tanh();
    Ok(h.matmul_transposed(&m.output.get()).log_softmax(-1).square().mean())
}

#[test]
fn a_tied_weight_counts_once() -> Result<()> {
    let model = tied();
    let parameters = model.parameters()?;
    let paths: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    assert_eq!(paths, ["embedding", "hidden.weight", "hidden.bias"]);
    assert_eq!(parameters[0].aliases(), ["output"]);
    assert_eq!(model.count(), 15 + 9 + 3);
    assert_eq!(model.flatten::<f64>()?.0.count(), 27);
    assert_eq!(model.summary()?.count(), 27);
    Ok(())
}

#[test]
fn the_two_uses_have_different_gradients_and_the_tie_has_their_sum() -> Result<()> {
    let model = tied();
    let apart = Tied {
        embedding: model.embedding.duplicate(),
        hidden: model.hidden.duplicate(),
        output: model.output.duplicate(),
    };
    let (first, separate) = value_and_grad(&apart, loss)?;
    let (input, output) = (separate.get(&apart.embedding).unwrap(), separate.get(&apart.output).unwrap());
    assert!((&input - &output).abs().max().item() > 1e-3, "the test needs two different gradients");
    let (second, together) = value_and_grad(&model, loss)?;
    assert_eq!(first, second);
    assert_close("sum of both uses", &together.get(&model.output).unwrap(), &(input + output));
    assert_eq!(together.len(), 3);
    check_gradients(&model, loss, &mut rng(7))?;
    Ok(())
}

/// One weight under every kind of container, four times as it was made and three times transposed.
#[derive(Module)]
struct Everywhere<F: Float = f64> {
    plain: Param<F>,
    variant: Choice<F>,
    list: Vec<Param<F>>,
    boxed: Box<Wrapped<F>>,
    maybe: Option<Param<F>>,
    map: BTreeMap<String, Param<F>>,
    pair: (Param<F>, [Param<F>; 2]),
    other: Param<F>,
    statistics: (Buffer<F>, Buffer<F>),
}

#[derive(Module)]
enum Choice<F: Float> {
    #[allow(dead_code)]
    Nothing,
    Matrix {
        weight: Param<F>,
    },
}

#[derive(Module)]
struct Wrapped<F: Float>(Param<F>);

fn everywhere() -> Everywhere {
    let (weight, other) = (Param::new(random(&[2, 3], 1)), Param::new(random(&[4], 2)));
    let (turned, statistics) = (|| weight.share_transposed(), Buffer::new(random(&[3], 3)));
    Everywhere {
        variant: Choice::Matrix { weight: turned() },
        list: vec![weight.share(), other.share()],
        boxed: Box::new(Wrapped(weight.share())),
        maybe: Some(turned()),
        map: BTreeMap::from([("head".to_owned(), weight.share())]),
        pair: (other.share(), [turned(), weight.share()]),
        plain: weight,
        other,
        statistics: (statistics.share(), statistics),
    }
}

impl<F: Float> Everywhere<F> {
    fn upright(&self) -> [&Param<F>; 5] {
        [&self.plain, &self.list[0], &self.boxed.0, &self.map["head"], &self.pair.1[1]]
    }

    fn turned(&self) -> [&Param<F>; 3] {
        let Choice::Matrix { weight } = &self.variant else { panic!("the variant is kept") };
        [weight, self.maybe.as_ref().unwrap(), &self.pair.1[0]]
    }

    /// All uses are one parameter: by identity, by orientation, and by writing through each and reading through all.
    fn assert_tied(&mut self) -> Result<()> {
        assert_eq!((self.parameters().unwrap().len(), self.count()), (2, 10));
        let ids: BTreeSet<Id> = self.upright().iter().chain(&self.turned()).map(|param| param.id()).collect();
        assert_eq!(ids.len(), 1);
        for (at, mut through) in self.upright().map(Param::share).into_iter().enumerate() {
            through.set(Tensor::full([2, 3], F::from_f64(at as f64)))?;
            self.assert_reads(&through.get());
        }
        for mut through in self.turned().map(Param::share) {
            let value = random(&[3, 2], 9).cast::<F>();
            through.set(value.clone())?;
            self.assert_reads(&value.transpose(0, 1));
        }
        assert_eq!(self.statistics.0.id(), self.statistics.1.id());
        self.statistics.1.set(Tensor::full([3], F::ONE))?;
        assert_eq!(self.statistics.0.get(), Tensor::ones([3]));
        Ok(())
    }

    #[track_caller]
    fn assert_reads(&self, value: &Tensor<F>) {
        assert!(self.upright().iter().all(|param| param.get() == *value));
        assert!(self.turned().iter().all(|param| param.get() == value.transpose(0, 1)));
    }
}

#[test]
fn ties_hold_in_every_container() -> Result<()> {
    let mut model = everywhere();
    let aliases = ["variant.Matrix.weight", "list.0", "boxed.0", "maybe", "map.head", "pair.1.0", "pair.1.1"];
    assert_eq!(model.parameters()?[0].aliases(), aliases);
    assert_eq!(model.parameters()?[1].aliases(), ["pair.0", "other"]);
    model.assert_tied()
}

#[test]
fn ties_survive_duplicate_and_nothing_is_tied_to_the_original() -> Result<()> {
    let (model, values) = (everywhere(), everywhere().plain.get());
    let mut copy = model.duplicate();
    assert_eq!(copy.plain.get(), values);
    copy.assert_tied()?;
    assert_eq!(model.plain.get(), values);
    assert_eq!(model.statistics.0.get(), random(&[3], 3));
    assert_ne!(model.plain.id(), copy.plain.id());
    Ok(())
}

#[test]
fn ties_survive_cast() -> Result<()> {
    let model = everywhere();
    let mut single: Everywhere<f32> = model.cast()?;
    assert_eq!(single.plain.get(), model.plain.get().cast::<f32>());
    assert_eq!(single.statistics.0.get(), model.statistics.0.get().cast::<f32>());
    single.assert_tied()?;
    let mut back: Everywhere<f64> = single.cast()?;
    back.assert_tied()?;
    model.cast::<f64>()?.assert_tied()
}

#[test]
fn ties_survive_the_flat_vector() -> Result<()> {
    let model = everywhere();
    let (flat, restructure) = model.flatten::<f64>()?;
    let mut again = restructure.restructure(&(&flat * 2.0))?;
    assert_eq!(again.plain.get(), model.plain.get() * 2.0);
    assert_eq!(again.statistics.0.id(), model.statistics.0.id(), "buffers are those of the original");
    again.assert_tied()?;
    assert_eq!(model.flatten::<f64>()?.0, flat);
    Ok(())
}

#[test]
fn a_shared_layer_is_the_same_parameters() -> Result<()> {
    let mut model = everywhere();
    let mut second = model.share();
    assert_eq!((&model.plain.id(), model.other.id()), (&second.plain.id(), second.other.id()));
    second.assert_tied()?;
    model.assert_tied()?;
    second.plain.set(Tensor::zeros([2, 3]))?;
    assert_eq!(model.turned()[1].get(), Tensor::zeros([3, 2]));
    let both = (model, second);
    assert_eq!((both.count(), both.parameters()?.len()), (10, 2));
    Ok(())
}

/// The places at which two models differ.
fn changed(model: &Everywhere, other: &Everywhere) -> Vec<bool> {
    let uses = |m: &Everywhere| -> Vec<Tensor<f64>> {
        let weights = m.upright().into_iter().chain(m.turned());
        weights.chain([&m.list[1], &m.pair.0, &m.other]).map(Param::get).collect()
    };
    uses(model).iter().zip(uses(other)).map(|(a, b)| *a != b).collect()
}

#[test]
fn a_range_of_the_flat_vector_moves_one_parameter_at_all_its_places() -> Result<()> {
    let model = everywhere();
    let (flat, restructure) = model.flatten::<f64>()?;
    let layout: Layout = restructure.layout().clone();
    let expected = [("plain", [true, false]), ("list.1", [false, true])];
    assert_eq!(layout.entries().len(), expected.len());
    for (path, [weight, other]) in expected {
        let mut moved = flat.clone();
        moved.as_mut_slice()[layout.range(path).unwrap()].iter_mut().for_each(|element| *element += 1.0);
        let again = restructure.restructure(&moved)?;
        assert_eq!(changed(&model, &again), [vec![weight; 8], vec![other; 3]].concat(), "{path}");
    }
    Ok(())
}

/// Each of the eight uses of the weight has another factor.
fn weighted(m: &Everywhere) -> Result<Tensor<f64>> {
    let side = |param: &Param<f64>, seed| (param.get().tanh() * random(&param.shape(), seed)).sum();
    let upright = m.upright().into_iter().zip(20..).map(|(param, seed)| side(param, seed));
    let turned = m.turned().into_iter().zip(30..).map(|(param, seed)| side(param, seed));
    Ok(upright.chain(turned).fold(m.other.get().square().sum(), |sum, part| sum + part))
}

#[test]
fn gradients_of_transposed_ties_are_summed_in_one_orientation() -> Result<()> {
    let model = everywhere();
    let gradients = grad(&model, weighted)?;
    let slope = -model.plain.get().tanh().square() + 1.0;
    let factor = (20..25).fold(Tensor::zeros([2, 3]), |sum, seed| sum + random(&[2, 3], seed));
    let factor = (30..33).fold(factor, |sum, seed| sum + random(&[3, 2], seed).transpose(0, 1));
    assert_close("weight", &gradients.get(&model.plain).unwrap(), &(slope * factor));
    let turned = gradients.get(model.turned()[2]).unwrap();
    assert_eq!(turned, gradients.get(&model.plain).unwrap().transpose(0, 1));
    check_gradients(&model, weighted, &mut rng(5))?;
    Ok(())
}

#[test]
fn all_forms_of_gradients_of_transposed_ties_agree() -> Result<()> {
    // The first path holds the matrix transposed, so stored and seen orientation differ.
    let weight = Param::new(random(&[2, 3], 1));
    let model = (weight.share_transposed(), weight.share(), Param::new(random(&[2, 2], 2)));
    let gradients =
        grad(&model, |m| Ok::<_, Error>(m.2.get().matmul(&m.1.get()).matmul(&m.0.get()).tanh().square().sum()))?;
    let expected = gradients.get(&weight).unwrap();
    let (from_flat, tree) = (Gradients::from_flat(&model, &gradients.flatten::<f64>()?)?, gradients.to_model(&model));
    assert_eq!(from_flat.get(&weight).unwrap(), expected);
    assert_eq!((tree.1.get(), tree.0.get()), (expected.clone(), expected.transpose(0, 1)));
    assert_eq!(Gradients::from_model(&model, &tree)?.get(&weight).unwrap(), expected);
    let list: Vec<Option<AnyTensor>> = gradients.iter().map(|(_, gradient)| gradient.cloned()).collect();
    assert_eq!(Gradients::from_list(&model, list)?.get(&weight).unwrap(), expected);
    // A tree that was made the other way round holds the same numbers.
    let made = Param::new(expected.transpose(0, 1));
    let by_hand = (made.share(), made.share_transposed(), tree.2.share());
    assert_eq!(Gradients::from_model(&model, &by_hand)?.get(&weight).unwrap(), expected);
    Ok(())
}

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

#[test]
fn buffers_keep_their_ties_and_are_never_trained() -> Result<()> {
    let model = everywhere();
    assert!(model.parameters()?.iter().all(|parameter| !parameter.path().starts_with("statistics")));
    let (value, gradients) = value_and_grad(&model, |m| {
        assert!(!m.statistics.1.get().is_tracked());
        Ok::<_, Error>(m.statistics.0.get().sum() * m.other.get().sum())
    })?;
    assert!(value.item().is_finite());
    assert_eq!(gradients.len(), 2);
    assert_eq!(f64s(gradients.by_path("list.1")?.unwrap()), Tensor::full([4], random(&[3], 3).sum().item()));
    let copy = model.duplicate();
    assert_eq!(copy.statistics.0.id(), copy.statistics.1.id());
    assert_ne!(copy.statistics.0.id(), model.statistics.0.id());
    Ok(())
}

/// A place that follows the element type beside one that does not.
#[derive(Module)]
struct HalfCast<F: Float> {
    follows: (Param<F>, Buffer<F>),
    stays: (Param<f32>, Buffer<f32>),
}

#[test]
fn a_tie_that_a_cast_would_break_is_an_error() -> Result<()> {
    let (param, buffer) = (|| Param::new(Tensor::<f32>::ones([2])), || Buffer::new(Tensor::<f32>::ones([2])));
    let refused = |model: &HalfCast<f32>| model.cast::<f64>().map(|_: HalfCast<f64>| ()).unwrap_err().to_string();
    let weight = param();
    let model = HalfCast { follows: (weight.share(), buffer()), stays: (weight, buffer()) };
    let expected = |at: usize| {
        format!(
            "stays.{at}: would become f32 here and f64 at `follows.{at}`, so the tie cannot be kept; give both fields \
             the same element type"
        )
    };
    assert_eq!(refused(&model), expected(0));
    let mean = buffer();
    let model = HalfCast { follows: (param(), mean.share()), stays: (param(), mean) };
    assert_eq!(refused(&model), expected(1));
    let kept: HalfCast<f32> = model.cast()?;
    assert_eq!(kept.follows.1.id(), kept.stays.1.id());
    Ok(())
}

/// The element type appears in a marker only.
#[derive(Module)]
struct Marked<F: Float> {
    marker: std::marker::PhantomData<F>,
    weight: Param<F>,
}

#[test]
fn markers_follow_a_cast() -> Result<()> {
    fn narrow<M: Cast<f32> + Module>(model: &M) -> Result<M::Output> {
        model.cast::<f32>()
    }
    let weight = Param::new(Tensor::from([0.1_f64]));
    let narrow: Marked<f32> = narrow(&Marked { marker: std::marker::PhantomData, weight })?;
    assert_eq!(narrow.weight.get().to_vec(), [0.1_f32]);
    Ok(())
}
