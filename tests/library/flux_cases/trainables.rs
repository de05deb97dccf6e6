//! Cases 1 to 17: which parameters a model has, and in which order.

use std::collections::BTreeMap;

use recurve::{AnyTensor, Buffer, DType, Float, Module, Param, Result, Tensor};

use super::{Dense, a, b, flat, paths, tied};
use crate::support::f64s;

fn identity(x: f64) -> f64 {
    x
}

#[test]
fn case_01_a_bare_tensor_is_a_model() {
    let model = a();
    assert_eq!((paths(&model), model.count()), (vec![String::new()], 3));
    assert_eq!(flat(&model), [1.0, 2.0, 3.0]);
}

#[test]
fn case_02_a_pair_has_two_parameters_in_order_and_functions_none() {
    assert_eq!(flat(&(a(), b())), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let with_functions = (b(), (identity as fn(f64) -> f64, a()), identity as fn(f64) -> f64);
    assert_eq!(paths(&with_functions), ["0", "1.1"]);
    assert_eq!(flat(&with_functions), [4.0, 5.0, 6.0, 1.0, 2.0, 3.0]);
}

#[test]
fn case_03_a_tied_model_lists_the_shared_parameter_once() -> Result<()> {
    let model = tied();
    assert_eq!(paths(&model), ["x", "z"]);
    assert_eq!(model.parameters()?[0].aliases(), ["y"]);
    assert_eq!(flat(&model), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    Ok(())
}

#[test]
fn case_04_depth_does_not_matter() {
    let x = a();
    let inner = (((x.share(), identity as fn(f64) -> f64, b()), true), (x.share(), false), (tied_to(&x), true));
    assert_eq!(paths(&inner), ["0.0.0", "0.0.2", "2.0.z"]);
    assert_eq!(flat(&inner), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 4.0, 5.0, 6.0]);
}

fn tied_to(x: &Param<f64>) -> super::Triple {
    super::Triple { x: x.share(), y: x.share(), z: b() }
}

#[test]
fn case_05_flags_numbers_units_and_missing_options_contribute_nothing() -> Result<()> {
    let nothing: Option<Param<f64>> = None;
    let model = (true, 3_usize, 2.5_f64, (), nothing, "tanh", String::from("gru"), -7_i32);
    assert_eq!((model.count(), model.parameters()?.len(), flat(&model).len()), (0, 0, 0));
    assert_eq!(flat(&(1.0_f32, a(), false)), [1.0, 2.0, 3.0]);
    Ok(())
}

#[test]
fn case_07_both_precisions_flatten_to_the_wider_and_come_back_as_they_were() -> Result<()> {
    let model = (Param::new(Tensor::from([0.1_f32, 2.0])), Param::new(Tensor::from([0.1_f64])));
    let (flat, restructure) = model.flatten::<f64>()?;
    assert_eq!(flat.to_vec(), [f64::from(0.1_f32), 2.0, 0.1]);
    let again: (Param<f32>, Param<f64>) = restructure.restructure(&flat)?;
    assert_eq!((again.0.get(), again.1.get()), (model.0.get(), model.1.get()));
    let types: Vec<DType> = restructure.layout().entries().iter().map(|entry| entry.dtype).collect();
    assert_eq!(types, [DType::F32, DType::F64]);
    Ok(())
}

/// A subset of the fields is trained.
#[derive(Module)]
struct Subset {
    a: Param<f64>,
    #[module(skip)]
    b: Vec<f64>,
    #[module(frozen)]
    c: Param<f64>,
    d: Buffer<f64>,
}

#[test]
fn case_08_only_what_is_trained_is_flattened_and_the_rest_is_kept() -> Result<()> {
    let d = Buffer::new(Tensor::from([9.0]));
    let model = Subset { a: a(), b: vec![7.0, 8.0], c: b(), d };
    let (flat, restructure) = model.flatten::<f64>()?;
    assert_eq!((flat.to_vec(), model.count()), (vec![1.0, 2.0, 3.0], 6));
    let again = restructure.restructure(&(flat * 10.0))?;
    assert_eq!(again.a.get().to_vec(), [10.0, 20.0, 30.0]);
    assert_eq!(again.b, [7.0, 8.0]);
    assert_eq!((again.c.get(), again.c.id()), (model.c.get(), model.c.id()));
    assert_eq!((again.d.get(), again.d.id()), (model.d.get(), model.d.id()));
    Ok(())
}

#[derive(Module)]
enum Layer {
    Plain(Param<f64>),
    Named { gain: Param<f64>, inner: Vec<Vec<Param<f64>>> },
    Empty,
}

#[test]
fn case_09_mixed_and_nested_containers_keep_their_order() {
    let number = |value: f64| Param::new(Tensor::from([value]));
    let inner = vec![vec![number(3.0)], vec![], vec![number(4.0)]];
    let layers = vec![Layer::Plain(number(1.0)), Layer::Empty, Layer::Named { gain: number(2.0), inner }];
    let model = (layers, (), [Some(number(5.0)), None]);
    assert_eq!(flat(&model), [1.0, 2.0, 3.0, 4.0, 5.0]);
    let expected = ["0.0.Plain.0", "0.2.Named.gain", "0.2.Named.inner.0.0", "0.2.Named.inner.2.0", "2.0"];
    assert_eq!(paths(&model), expected);
}

#[derive(Module)]
struct Kinds {
    b: Param<f64>,
    c: Vec<Param<f64>>,
    d: BTreeMap<String, Param<f64>>,
}

#[test]
fn case_10_one_parameter_in_containers_of_several_kinds_counts_once_in_row_major_order() -> Result<()> {
    let matrix = Param::new(Tensor::from([[4.0, 6.0], [5.0, 7.0]]));
    let map = BTreeMap::from([("head".to_owned(), matrix.share())]);
    let model = Kinds { b: matrix.share(), c: vec![matrix, a()], d: map };
    assert_eq!(flat(&model), [4.0, 6.0, 5.0, 7.0, 1.0, 2.0, 3.0]);
    assert_eq!(model.parameters()?[0].aliases(), ["c.0", "d.head"]);
    Ok(())
}

#[test]
fn case_11_a_layer_used_twice_in_a_chain_has_its_parameters_once() -> Result<()> {
    let layer = Dense::random(3, 3, true, 1);
    let chain = (layer.share(), identity as fn(f64) -> f64, layer);
    assert_eq!((chain.count(), paths(&chain)), (12, vec!["0.weight".to_owned(), "0.bias".to_owned()]));
    assert_eq!(chain.parameters()?[1].aliases(), ["2.bias"]);
    Ok(())
}

#[test]
fn case_12_a_transposed_alias_counts_once_and_a_slice_is_a_parameter_of_its_own() -> Result<()> {
    let matrix = Param::new(Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    let row = Param::new(matrix.get().select_index(0, 1));
    let mut model = (matrix.share_transposed(), matrix, row);
    assert_eq!(flat(&model), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 4.0, 5.0, 6.0]);
    assert_eq!(model.parameters()?[0].path(), "0");
    assert_eq!(&*model.parameters()?[0].shape(), [2, 3], "the parent's orientation");
    model.1.set(Tensor::zeros([2, 3]))?;
    assert_eq!(model.0.get(), Tensor::zeros([3, 2]));
    assert_eq!(model.2.get().to_vec(), [4.0, 5.0, 6.0]);
    Ok(())
}

#[test]
fn case_14_the_first_path_names_a_tied_parameter_and_paths_lead_back() -> Result<()> {
    assert_eq!(paths(&tied()), ["x", "z"]);
    let leaf = a();
    let inner = BTreeMap::from([("c".to_owned(), leaf.share())]);
    let model = (0_usize, vec![(b(), inner)]);
    assert_eq!(paths(&model), ["1.0.0", "1.0.1.c"]);
    let gradients = recurve::grad(&model, |m| Ok::<_, recurve::Error>(m.1[0].1["c"].get().square().sum()))?;
    assert_eq!(gradients.by_path("1.0.1.c")?.map(f64s), gradients.get(&leaf));
    assert_eq!(gradients.get(&leaf).unwrap().to_vec(), [2.0, 4.0, 6.0]);
    Ok(())
}

#[test]
fn case_15_equal_values_are_not_a_tie() {
    let model = (a(), a());
    assert_eq!((model.count(), paths(&model).len()), (6, 2));
    assert_eq!(flat(&model), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
}

#[derive(Module)]
struct Recurrent<F: Float = f64> {
    input: Param<F>,
    hidden: Param<F>,
    bias: Option<Param<F>>,
}

fn recurrent(bias: bool) -> Recurrent {
    let random = |shape: &[usize], seed| Param::new(crate::support::random(shape, seed));
    Recurrent { input: random(&[5, 10], 1), hidden: random(&[5, 5], 2), bias: bias.then(|| random(&[5], 3)) }
}

#[test]
fn case_16_a_recurrent_layer_has_its_three_sizes() -> Result<()> {
    let model = recurrent(true);
    let shapes: Vec<Vec<usize>> = model.trainables()?.iter().map(|parameter| parameter.shape().to_vec()).collect();
    assert_eq!(shapes, [vec![5, 10], vec![5, 5], vec![5]]);
    assert_eq!(model.count(), 80);
    Ok(())
}

#[test]
fn case_17_a_layer_without_bias_has_one_parameter_fewer_everywhere() -> Result<()> {
    let model = recurrent(false);
    assert_eq!((model.parameters()?.len(), model.count()), (2, 75));
    let (flat, restructure) = model.flatten::<f64>()?;
    assert_eq!(flat.count(), 75);
    assert!(restructure.restructure(&flat)?.bias.is_none());
    let narrow: Recurrent<f32> = model.cast()?;
    assert!(narrow.bias.is_none() && narrow.duplicate().bias.is_none());
    assert_eq!(narrow.input.get().cast::<f64>().shape(), [5, 10]);
    assert!(matches!(narrow.parameters()?[0].get(), AnyTensor::F32(_)));
    Ok(())
}
