//! Contexts in the wrong place: what is wrong, and what to write instead.

use super::super::samples::{Clocked, Sample};
use super::{Labelled, Model};
use crate::support::{assert_error, panic_of, random};
use recurve::{Cell, Module, Result, Sequence, Tensor};

type Data = (Tensor<f64>, Tensor<f64>, Tensor<f64>);

fn zeros(shape: &[usize]) -> Tensor<f64> {
    Tensor::zeros(shape)
}

/// Data of a [`Model`] with the sizes `T` = 6, `B` = 5, `K` = 4 and a context of this shape.
fn data(context: &[usize]) -> Data {
    (zeros(&[6, 5, 2]), Tensor::ones([6, 5]), zeros(context))
}

#[test]
fn contexts_of_another_batch() -> Result<()> {
    let cell = Model::new([6, 5, 4]).cell;
    let message =
        "Sequence: `data.2` should have shape [5, ..], as a context that is the same at all steps, found [6, 4]";
    assert_error(cell.scan(data(&[6, 4]), None), message);
    let sequence = || {
        let (xs, dts, m) = data(&[6, 4]);
        Sequence::time_major((xs, dts)).with_context(m)
    };
    assert_error(cell.scan(sequence(), None), message);
    assert_error(sequence().checked(), message);
    assert_error(sequence().lengths(&[6; 5]), message);
    assert_error(sequence().mask(Tensor::full([6, 5], true)), message);
    assert_error(sequence().map(|data| Ok(data.0.clone())), message);
    assert_eq!(panic_of(|| sequence().steps()), message);
    for (context, found) in [(&[][..], "[]"), (&[6, 5, 4], "[6, 5, 4]")] {
        let message = message.replace("[6, 4]", found);
        assert_error(cell.scan(data(context), None), &message);
    }
    // Rows that fit are for the cell to judge.
    assert_error(cell.scan(data(&[5, 6]), None), "Steered: `m` should have shape [5, 4], found [5, 6]");
    assert_error(
        Model::new([4, 4, 4]).cell.scan((zeros(&[4, 4, 2]), Tensor::ones([4, 4]), zeros(&[4, 4, 4])), None),
        "Steered: `m` should have shape [4, 4], found [4, 4, 4]",
    );
    Ok(())
}

#[test]
fn scans_of_bare_data_report_the_tensors_over_time() {
    let cell = Model::new([6, 5, 4]).cell;
    let scan = |x: &[usize], dt: &[usize]| cell.scan((zeros(x), zeros(dt), zeros(&[5, 4])), None);
    assert_error(scan(&[5], &[6, 5]), "Sequence: `data.0` should have shape [T, B, ..], found [5]");
    assert_error(scan(&[6, 5, 2], &[5]), "Sequence: `data.1` should have shape [T, B, ..], found [5]");
    assert_error(
        scan(&[6, 5, 2], &[5, 6]),
        "Sequence: `data.1` should have shape [T, B, ..] with the sizes [6, 5, ..] of the tensor before it, \
         found [5, 6]",
    );
}

/// Methods that know no cell take all tensors for such over time.
#[test]
fn contexts_inside_of_data_that_is_marked() {
    let message = "Sequence: `data.2` should have shape [T, B, ..] with the sizes [6, 5, ..] of the tensor before it, \
                   found [5, 4]; if it is a context, the same at all steps, leave it out of the data and append it by \
                   `.with_context(..)`";
    let xs = || Sequence::time_major(data(&[5, 4]));
    assert_error(xs().lengths(&[6; 5]), message);
    assert_error(xs().mask(Tensor::full([6, 5], true)), message);
    assert_error(xs().checked(), message);
    assert_error(xs().map(|data| Ok(data.0.clone())), message);
    assert_eq!(panic_of(|| xs().batch()), message);
    assert_eq!(panic_of(|| xs().to_batch_major()), message);
    assert_error(xs().with_context(zeros(&[5, 1])).checked(), message);
    assert_error(
        Sequence::time_major((zeros(&[6, 5, 2]), zeros(&[5]))).lengths(&[6; 5]),
        "Sequence: `data.1` should have shape [T, B, ..], found [5]; if it is a context, the same at all steps, leave \
         it out of the data and append it by `.with_context(..)`",
    );
    assert_error(
        Sequence::batch_major((zeros(&[5, 6, 2]), zeros(&[5, 6]), zeros(&[5, 4]))).lengths(&[6; 5]),
        "Sequence: `data.2` should have shape [B, T, ..] with the sizes [5, 6, ..] of the tensor before it, \
         found [5, 4]; if it is a context, the same at all steps, leave it out of the data and append it by \
         `.with_context(..)`",
    );
}

/// Where `T` = `B` = `K`, shapes tell nothing, and the context has been swapped or cleaned as if it ran over time.
#[test]
fn contexts_inside_of_data_whose_shapes_happen_to_fit() -> Result<()> {
    let model = Model::new([4, 4, 4]);
    let message = "Steered::scan: expected sequences with 1 context, found none; leave what is the same at all steps \
                   out of the data and append each such context by `.with_context(..)`";
    let bare = || Sequence::time_major(model.inputs());
    for xs in [
        Sequence::batch_major(model.inputs()),
        bare().lengths(&[4, 4, 4, 4])?,
        bare().mask(Tensor::full([4, 4], true))?,
        bare().map(|(xs, dts, m)| Ok((xs * 2.0, dts.clone(), m.clone())))?,
    ] {
        assert_error(model.cell.scan(&xs, None), message);
    }
    model.cell.scan(bare().checked()?, None)?;
    let square = (random(&[2, 2], 1), random(&[2], 2), Tensor::from([7_usize, 8]));
    let (ys, ()) = Labelled.scan(square, None)?;
    assert_error(
        Labelled.scan(ys, None),
        "Labelled::scan: expected sequences with 2 contexts, found none; leave what is the same at all steps out of \
         the data and append each such context by `.with_context(..)`",
    );
    let (x, scale, label) = (random(&[2, 2], 1), random(&[2, 2], 2), Tensor::from([7_usize, 8]));
    assert_error(
        Labelled.scan(Sequence::time_major((x, scale)).with_context(label), None),
        "Labelled::scan: expected sequences with 2 contexts, found 1; leave what is the same at all steps out of the \
         data and append each such context by `.with_context(..)`",
    );
    Ok(())
}

#[test]
fn contexts_for_a_cell_that_has_fewer() {
    let clocked = Clocked::sample(4, 4, 1).0;
    assert_error(
        clocked.scan(Sequence::time_major(zeros(&[4, 4, 2])).with_context(zeros(&[4, 4])), None),
        "Clocked::scan: expected sequences with no contexts, found 1; append by `.with_context(..)` only what the cell \
         reads as a context, and leave the rest in the data",
    );
    let model = Model::new([4, 4, 4]);
    let (xs, dts, m) = model.inputs();
    assert_error(
        model.cell.scan(Sequence::time_major(xs).with_context(dts).with_context(m), None),
        "Steered::scan: expected sequences with 1 context, found 2; append by `.with_context(..)` only what the cell \
         reads as a context, and leave the rest in the data",
    );
}

#[test]
fn layers_over_sequences_with_contexts() {
    let xs = Sequence::time_major(zeros(&[6, 5, 2])).with_context(zeros(&[5, 4]));
    assert_error(
        xs.map(|(x, _)| Ok(x.clone())),
        "Sequence::map: expected sequences with no contexts, found 1; a layer acts on what runs over time, so append \
         contexts by `.with_context(..)` to its result",
    );
}

/// A cell that says it has nothing but contexts.
#[derive(Module)]
struct Timeless;

impl Cell for Timeless {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = ();
    const CONTEXTS: usize = 1;

    fn initial_state(&self, _: usize) -> Result<()> {
        Ok(())
    }

    fn step(&self, x: &Tensor<f64>, (): ()) -> Result<(Tensor<f64>, ())> {
        Ok((x.clone(), ()))
    }
}

#[test]
fn cells_with_nothing_over_time() {
    assert_error(
        Timeless.scan(zeros(&[6, 5]), None),
        "Sequence: expected at least one tensor over time and 1 context, found 1 in all",
    );
}
