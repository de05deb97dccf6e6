//! Random trees of parameters and buffers of both element types, with random ties and frozen marks.

mod files;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::assert_in_place;
use crate::flat::Flat;
use crate::optim::{Adam, ClipGlobalNorm, Optimizer, RmsProp, Rule, Sgd};
use crate::{AnyTensor, Buffer, BufferRef, Leaf, Module, Param, Result, Tensor, grad};

/// The plan of a tree: leaves are numbers of matrices, as they were made or transposed.
#[derive(Clone, Debug)]
enum Shape {
    Leaf(usize, bool),
    Single(usize),
    Statistic(usize, bool),
    List(Vec<Shape>),
    Map(Vec<Shape>),
    Pair(Box<(Shape, Shape)>),
    Nothing,
}

#[derive(Module)]
enum Tree {
    Leaf(Param<f64>),
    Single(Param<f32>),
    Statistic(Buffer<f64>),
    SmallStatistic(Buffer<f32>),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
    Pair(Box<(Tree, Tree)>),
    Nothing,
}

const MATRICES: usize = 6;

/// A tree, and which of the matrices are frozen at run time.
#[derive(Clone, Debug)]
struct Plan {
    shape: Shape,
    frozen: Vec<bool>,
}

fn plans() -> impl Strategy<Value = Plan> {
    let frozen = vec(prop_oneof![4 => Just(false), 1 => Just(true)], 2 * MATRICES);
    (trees(), frozen).prop_map(|(shape, frozen)| Plan { shape, frozen })
}

impl Plan {
    /// Two numbers give two models without a common value.
    fn make(&self, number: usize) -> Tree {
        let maker = Maker::new(number);
        let params = maker.doubles.iter().zip(&self.frozen);
        params.for_each(|(param, frozen)| param.freeze(*frozen));
        let params = maker.singles.iter().zip(&self.frozen[MATRICES..]);
        params.for_each(|(param, frozen)| param.freeze(*frozen));
        maker.tree(&self.shape)
    }
}

fn trees() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        6 => (0..MATRICES, any::<bool>()).prop_map(|(at, turned)| Shape::Leaf(at, turned)),
        2 => (0..MATRICES).prop_map(Shape::Single),
        1 => (0..MATRICES, any::<bool>()).prop_map(|(at, small)| Shape::Statistic(at, small)),
        1 => Just(Shape::Nothing),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Shape::List),
            vec(inner.clone(), 0..4).prop_map(Shape::Map),
            (inner.clone(), inner).prop_map(|pair| Shape::Pair(Box::new(pair))),
        ]
    })
}

struct Maker {
    doubles: Vec<Param<f64>>,
    singles: Vec<Param<f32>>,
    statistics: Vec<Buffer<f64>>,
    small_statistics: Vec<Buffer<f32>>,
}

impl Maker {
    /// Matrices of different sizes and values.
    fn new(number: usize) -> Self {
        let value = |at: usize, seed: usize| {
            let (rows, columns) = (at + 1, at % 3 + 1);
            let elements =
                (0..rows * columns).map(|i| ((i * 37 + at * 11 + seed) % 19) as f64 / 8.0 - 1.0 + 0.03 * number as f64);
            Tensor::from_vec(elements.collect(), [rows, columns]).unwrap()
        };
        let all = |seed| (0..MATRICES).map(move |at| value(at, seed));
        Self {
            doubles: all(1).map(Param::new).collect(),
            singles: all(5).map(|value| Param::new(value.cast())).collect(),
            statistics: all(7).map(Buffer::new).collect(),
            small_statistics: all(9).map(|value| Buffer::new(value.cast())).collect(),
        }
    }

    fn tree(&self, shape: &Shape) -> Tree {
        let all = |shapes: &[Shape]| shapes.iter().map(|shape| self.tree(shape)).collect::<Vec<_>>();
        match shape {
            Shape::Leaf(at, true) => Tree::Leaf(self.doubles[*at].share_transposed()),
            Shape::Leaf(at, false) => Tree::Leaf(self.doubles[*at].share()),
            Shape::Single(at) => Tree::Single(self.singles[*at].share()),
            Shape::Statistic(at, false) => Tree::Statistic(self.statistics[*at].share()),
            Shape::Statistic(at, true) => Tree::SmallStatistic(self.small_statistics[*at].share()),
            Shape::List(shapes) => Tree::List(all(shapes)),
            Shape::Map(shapes) => {
                Tree::Map(all(shapes).into_iter().enumerate().map(|(at, tree)| (format!("key {at}"), tree)).collect())
            }
            Shape::Pair(pair) => Tree::Pair(Box::new((self.tree(&pair.0), self.tree(&pair.1)))),
            Shape::Nothing => Tree::Nothing,
        }
    }
}

/// Depends on every use of every parameter in its own way.
fn loss(tree: &Tree, weight: &mut f64) -> Result<Tensor<f64>> {
    *weight += 0.5;
    Ok(match tree {
        Tree::Leaf(param) => {
            let value = param.get();
            let row =
                Tensor::from_vec((0..value.shape()[1]).map(|i| i as f64 + *weight).collect(), [value.shape()[1]])?;
            (value.tanh() * row).square().sum() * 0.01
        }
        Tree::Single(param) => (param.get().cast::<f64>() * *weight).sin().sum() * 0.1,
        Tree::Statistic(buffer) => buffer.get().sum(),
        Tree::SmallStatistic(buffer) => buffer.get().cast::<f64>().sum(),
        Tree::List(trees) => losses(trees.iter(), weight)?,
        Tree::Map(trees) => losses(trees.values(), weight)?,
        Tree::Pair(pair) => loss(&pair.0, weight)? + loss(&pair.1, weight)?,
        Tree::Nothing => Tensor::scalar(0.0),
    })
}

fn losses<'a>(mut trees: impl Iterator<Item = &'a Tree>, weight: &mut f64) -> Result<Tensor<f64>> {
    trees.try_fold(Tensor::scalar(0.0), |sum, tree| Ok(sum + loss(tree, weight)?))
}

/// A parameter or a buffer: its path, its other paths, its value, and whether it is frozen.
type Entry = (String, Vec<String>, AnyTensor, bool);

fn contents(model: &impl Module) -> Vec<Entry> {
    let parameters = model.parameters().unwrap();
    let parameters = parameters.iter().map(|p| (p.path().to_owned(), p.aliases().to_vec(), p.get(), p.is_frozen()));
    let mut entries: Vec<Entry> = parameters.collect();
    let mut places = BTreeMap::new();
    model
        .walk(|path, leaf| {
            let Leaf::BufferHandle(buffer) = leaf else { return };
            let id = match buffer {
                BufferRef::F32(buffer) => buffer.id(),
                BufferRef::F64(buffer) => buffer.id(),
            };
            let at = *places.entry(id).or_insert(entries.len());
            match entries.get_mut(at) {
                Some(entry) => entry.1.push(path.to_owned()),
                None => entries.push((path.to_owned(), Vec::new(), buffer.get(), false)),
            }
        })
        .unwrap();
    entries
}

fn has_trainables(model: &impl Module) -> bool {
    !model.trainables().unwrap().is_empty()
}

fn train<M: Module, R: Rule>(model: &mut M, mut optimizer: Optimizer<R>, tree: fn(&M) -> &Tree) -> Result<()> {
    for _ in 0..3 {
        let gradients = grad(model, |m| loss(tree(m), &mut 0.0))?;
        optimizer.update(model, &gradients)?;
    }
    Ok(())
}

fn train_both<R: Rule>(plain: &mut Tree, flat: &mut Flat<Tree>, rule: impl Fn() -> R) -> Result<()> {
    let optimizers = (rule().setup(plain)?, rule().setup(flat)?);
    train(plain, optimizers.0, |m| m)?;
    train(flat, optimizers.1, |m| m)
}

proptest! {
    #[test]
    fn restructuring_what_was_flattened_is_the_model(plan in plans()) {
        let model = plan.make(0);
        let (vector, restructure) = model.flatten::<f64>()?;
        prop_assert_eq!(contents(&restructure.restructure(&vector)?), contents(&model));
        prop_assert_eq!(contents(&restructure.restructure(vector.as_slice())?), contents(&model));
        let mut copy = vec![0.0; vector.count()];
        model.flatten_into(&mut copy)?;
        prop_assert_eq!(&copy, &vector.to_vec());
        let flat = Flat::new(model.duplicate())?;
        assert_in_place(&flat);
        prop_assert_eq!(contents(&flat), contents(&model));
        prop_assert_eq!(flat.flatten::<f64>()?.0, vector);
        prop_assert_eq!(contents(&flat.into_inner()), contents(&model));
    }

    #[test]
    fn the_flat_gradient_is_all_gradients_behind_one_another(plan in plans()) {
        let model = plan.make(0);
        if has_trainables(&model) {
            let gradients = grad(&model, |m| loss(m, &mut 0.0))?;
            let apart: Vec<f64> = gradients.iter().flat_map(|(_, gradient)| gradient.unwrap().to_f64_vec()).collect();
            prop_assert_eq!(gradients.flatten::<f64>()?.to_vec(), apart.clone());
            let flat = Flat::new(model)?;
            let of_flat = grad(&flat, |m| loss(m, &mut 0.0))?;
            prop_assert_eq!(of_flat.flatten::<f64>()?.to_vec(), apart);
            let slices = (of_flat.as_slice::<f64>(), of_flat.as_slice::<f32>());
            for (entry, (_, gradient)) in flat.layout().entries().iter().zip(of_flat.iter()) {
                match gradient.unwrap() {
                    AnyTensor::F64(part) => prop_assert_eq!(&slices.0.unwrap()[entry.range.clone()], part.as_slice()),
                    AnyTensor::F32(part) => prop_assert_eq!(&slices.1.unwrap()[entry.range.clone()], part.as_slice()),
                }
            }
        }
    }

    #[test]
    fn an_optimiser_steps_a_flat_model_as_a_plain_one(plan in plans()) {
        let mut model = plan.make(0);
        if has_trainables(&model) {
            for rule in 0..3 {
                let mut flat = Flat::new(model.duplicate())?;
                match rule {
                    0 => train_both(&mut model, &mut flat, || Adam::new(0.01))?,
                    1 => train_both(&mut model, &mut flat, || Sgd::new(0.01).momentum(0.9))?,
                    _ => train_both(&mut model, &mut flat, || (ClipGlobalNorm::new(0.5), RmsProp::new(0.01)))?,
                }
                prop_assert_eq!(contents(&flat), contents(&model));
                assert_in_place(&flat);
                prop_assert_eq!(flat.copies(), 0);
            }
        }
    }
}
