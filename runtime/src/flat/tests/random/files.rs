//! Random trees through files: what is saved comes back, and what is damaged changes nothing.

use proptest::collection::vec;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

use super::{Plan, Tree, contents, has_trainables, loss, plans};
use crate::files::Checkpoint;
use crate::flat::Flat;
use crate::optim::{Adam, Optimizer, Rule};
use crate::{Module, Result, grad};

/// The rule whose states are saved.
fn setup(model: &impl Module) -> Result<Optimizer<Adam>> {
    Adam::new(0.01).setup(model)
}

fn step(model: &mut Tree, optimizer: &mut Optimizer<Adam>) -> Result<()> {
    if has_trainables(model) {
        let gradients = grad(model, |m| loss(m, &mut 0.0))?;
        optimizer.update(model, &gradients)?;
    }
    Ok(())
}

/// A model after some steps, and its optimiser.
fn trained(plan: &Plan, number: usize) -> Result<(Tree, Optimizer<Adam>)> {
    let mut model = plan.make(number);
    let mut optimizer = setup(&model)?;
    (0..=number).try_for_each(|_| step(&mut model, &mut optimizer))?;
    Ok((model, optimizer))
}

fn bytes(model: &impl Module, optimizer: &Optimizer<Adam>) -> Result<Vec<u8>> {
    Checkpoint::of_training(model, optimizer)?.to_bytes()
}

proptest! {
    #[test]
    fn a_tree_comes_back_from_a_file_and_trains_on(plan in plans()) {
        let (mut model, mut optimizer) = trained(&plan, 1)?;
        let (mut other, mut resumed) = trained(&plan, 3)?;
        let file = bytes(&model, &optimizer)?;
        Checkpoint::from_bytes(&file)?.resume(&mut other, &mut resumed)?;
        prop_assert_eq!(contents(&other), contents(&model));
        prop_assert_eq!(bytes(&other, &resumed)?, file.clone());
        let mut flat = Flat::new(plan.make(5))?;
        Checkpoint::from_bytes(&file)?.load(&mut flat)?;
        prop_assert_eq!(contents(&flat), contents(&model));
        super::assert_in_place(&flat);
        step(&mut model, &mut optimizer)?;
        step(&mut other, &mut resumed)?;
        prop_assert_eq!(contents(&other), contents(&model));
    }

    #[test]
    fn a_damaged_file_of_a_tree_changes_nothing(
        plan in plans(),
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let (model, optimizer) = trained(&plan, 1)?;
        let (mut other, mut resumed) = trained(&plan, 3)?;
        let (file, before) = (bytes(&model, &optimizer)?, bytes(&other, &resumed)?);
        let mut damaged = file.clone();
        places.iter().for_each(|(place, byte)| damaged[place.index(file.len())] = *byte);
        if let Some(cut) = cut {
            damaged.truncate(cut.index(file.len()));
        }
        let outcome = Checkpoint::from_bytes(&damaged).and_then(|read| read.resume(&mut other, &mut resumed));
        let after = bytes(&other, &resumed)?;
        match outcome {
            Ok(_) => prop_assert!(after == file, "something else was loaded"),
            Err(_) => prop_assert!(after == before, "half loaded"),
        }
    }
}
