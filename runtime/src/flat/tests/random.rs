//! Random trees of parameters with random ties.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::assert_in_place;
use crate::flat::Flat;
use crate::optim::{Adam, Optimizer, Rule, Sgd};
use crate::{AnyTensor, Module, Param, Result, Tensor, grad};

/// The plan of a tree: leaves are numbers of matrices, as they were made or transposed.
#[derive(Clone, Debug)]
enum Shape {
    Leaf(usize, bool),
    Single(usize),
    List(Vec<Shape>),
    Map(Vec<Shape>),
    Pair(Box<(Shape, Shape)>),
    Nothing,
}

#[derive(Module)]
enum Tree {
    Leaf(Param<f64>),
    Single(Param<f32>),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
    Pair(Box<(Tree, Tree)>),
    Nothing,
}

const MATRICES: usize = 6;

fn trees() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        6 => (0..MATRICES, any::<bool>()).prop_map(|(at, turned)| Shape::Leaf(at, turned)),
        2 => (0..MATRICES).prop_map(Shape::Single),
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
}

impl Maker {
    /// Matrices of different sizes and values.
    fn new() -> Self {
        let value = |at: usize, seed: usize| {
            let (rows, columns) = (at + 1, at % 3 + 1);
            let elements = (0..rows * columns).map(|i| ((i * 37 + at * 11 + seed) % 19) as f64 / 8.0 - 1.0);
            Tensor::from_vec(elements.collect(), [rows, columns]).unwrap()
        };
        let doubles = (0..MATRICES).map(|at| Param::new(value(at, 1))).collect();
        Self { doubles, singles: (0..MATRICES).map(|at| Param::new(value(at, 5).cast())).collect() }
    }

    fn tree(&self, shape: &Shape) -> Tree {
        let all = |shapes: &[Shape]| shapes.iter().map(|shape| self.tree(shape)).collect::<Vec<_>>();
        match shape {
            Shape::Leaf(at, true) => Tree::Leaf(self.doubles[*at].share_transposed()),
            Shape::Leaf(at, false) => Tree::Leaf(self.doubles[*at].share()),
            Shape::Single(at) => Tree::Single(self.singles[*at].share()),
            Shape::List(shapes) => Tree::List(all(shapes)),
            Shape::Map(shapes) => {
                Tree::Map(all(shapes).into_iter().enumerate().map(|(at, tree)| (format!("key {at}"), tree)).collect())
            }
            Shape::Pair(pair) => Tree::Pair(Box::new((self.tree(&pair.0), self.tree(&pair.1)))),
            Shape::Nothing => Tree::Nothing,
        }
    }
}

fn tree(shape: &Shape) -> Tree {
    Maker::new().tree(shape)
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
        Tree::List(trees) => losses(trees.iter(), weight)?,
        Tree::Map(trees) => losses(trees.values(), weight)?,
        Tree::Pair(pair) => loss(&pair.0, weight)? + loss(&pair.1, weight)?,
        Tree::Nothing => Tensor::scalar(0.0),
    })
}

fn losses<'a>(mut trees: impl Iterator<Item = &'a Tree>, weight: &mut f64) -> Result<Tensor<f64>> {
    trees.try_fold(Tensor::scalar(0.0), |sum, tree| Ok(sum + loss(tree, weight)?))
}

/// Paths, aliases and values.
fn contents(model: &impl Module) -> Vec<(String, Vec<String>, AnyTensor)> {
    let parameters = model.parameters().unwrap();
    parameters.iter().map(|p| (p.path().to_owned(), p.aliases().to_vec(), p.get())).collect()
}

fn train<M: Module, R: Rule>(model: &mut M, mut optimizer: Optimizer<R>, tree: fn(&M) -> &Tree) -> Result<()> {
    for _ in 0..3 {
        let gradients = grad(model, |m| loss(tree(m), &mut 0.0))?;
        optimizer.update(model, &gradients)?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn restructuring_what_was_flattened_is_the_model(shape in trees()) {
        let model = tree(&shape);
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
    fn the_flat_gradient_is_all_gradients_behind_one_another(shape in trees()) {
        let model = tree(&shape);
        if model.count() > 0 {
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
    fn an_optimiser_steps_a_flat_model_as_a_plain_one(shape in trees()) {
        let mut model = tree(&shape);
        if model.count() > 0 {
            for adam in [true, false] {
                let mut flat = Flat::new(model.duplicate())?;
                if adam {
                    let optimizers = (Adam::new(0.01).setup(&model)?, Adam::new(0.01).setup(&flat)?);
                    train(&mut model, optimizers.0, |m| m)?;
                    train(&mut flat, optimizers.1, |m| m)?;
                } else {
                    let rule = || Sgd::new(0.01).momentum(0.9);
                    let optimizers = (rule().setup(&model)?, rule().setup(&flat)?);
                    train(&mut model, optimizers.0, |m| m)?;
                    train(&mut flat, optimizers.1, |m| m)?;
                }
                prop_assert_eq!(contents(&flat), contents(&model));
                assert_in_place(&flat);
                prop_assert_eq!(flat.copies(), 0);
            }
        }
    }
}
