//! What is executed, against what the plan says.

use super::super::counters::{self, Counts};
use super::{Equations, Sample, for_each_cell};
use crate::array::element::Element;
use crate::ops::tests::hooks::recorded_during;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::{Cost, Extent, Pass};

const STEPS: usize = 7;
const BATCH: usize = 2;

const PASSES: [Pass; 3] =
    [Pass::Inference, Pass::Training { input_gradients: false }, Pass::Training { input_gradients: true }];

for_each_cell!(check);

fn check<S: Equations + Sync, D: Equations + Sync>(single: fn(usize) -> S, double: fn(usize) -> D) {
    for pass in PASSES {
        check_full(&single(1), pass);
        check_full(&double(1), pass);
        check_lengths(&double(1), pass);
    }
}

/// One thread, so that no product is computed in parts.
fn executed<C: Equations + Sync>(sample: &Sample<C>, pass: Pass) -> (Counts, usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        counters::take();
        let recorded = recorded_during(|| _ = sample.run(pass));
        (counters::take(), recorded.get("joint").map_or(0, |joint| joint.times))
    })
}

fn said<C: Equations + Sync>(cell: &C, [steps, batch]: [usize; 2], pass: Pass) -> Cost {
    let sizes = cell.header();
    let dimensions: Vec<_> = C::plan().dimensions().iter().copied().zip(sizes).collect();
    C::plan().cost(&Extent { steps, batch, dimensions: &dimensions, dtype: C::Element::DTYPE, pass }).unwrap()
}

fn check_full<C: Equations + Sync>(cell: &C, pass: Pass) {
    let (counts, nodes) = executed(&Sample::new(cell, [STEPS, BATCH], None), pass);
    let cost = said(cell, [STEPS, BATCH], pass);
    assert_eq!(counts.products + counts.total_products, cost.products, "products in {pass:?}");
    check_work(&counts, work(&cost), pass);
    assert_eq!(nodes, cost.tape_nodes, "nodes in {pass:?}");
    check_memory(cell, &counts, pass);
}

/// Flops, transcendentals and other operations.
fn work(cost: &Cost) -> [u64; 3] {
    [cost.flops, cost.transcendentals, cost.operations]
}

fn check_work(counts: &Counts, expected: [u64; 3], pass: Pass) {
    let found = [counts.flops, counts.transcendentals, counts.operations].map(|count| count as u64);
    assert_eq!(found, expected, "flops, transcendentals and other operations in {pass:?}");
}

/// By pass; the states after the last step are copied, which the plan does not count.
fn check_memory<C: Equations + Sync>(cell: &C, counts: &Counts, pass: Pass) {
    let plan = C::plan();
    let wanted = match pass {
        Pass::Inference => Wanted::nothing(plan),
        Pass::Training { input_gradients } => Wanted::gradients(plan, input_gradients),
    };
    let tally = plan.tally(&wanted);
    let at = |said: &crate::recurrent::plan::polynomial::Polynomial| said.at(STEPS, BATCH, &cell.header());
    // Besides, there are hyperparameters and sizes as numbers.
    let forward = (counts.elements[0] + counts.packed[0]) as u64;
    let said = at(&tally.forward);
    assert!(forward <= said + 8 && said <= forward + forward / 10, "{pass:?}: {forward} elements, {said} in the plan");
    // The plan counts what the forward pass has kept, too.
    let backward = counts.elements.iter().zip(&counts.packed).skip(1).map(|(values, packed)| (values + packed) as u64);
    let backward = backward.sum::<u64>();
    assert!(backward <= at(&tally.backward) + 8, "{pass:?}: {backward} elements, {} in the plan", at(&tally.backward));
}

/// Sequences of different lengths cost what their steps cost.
fn check_lengths<C: Equations + Sync>(cell: &C, pass: Pass) {
    let lengths = vec![4, 7, 0, 1];
    let (longest, rows) = (7, 12);
    let (counts, nodes) = executed(&Sample::new(cell, [8, 4], Some(lengths)), pass);
    let [all, four, one] = [[rows, 1], [0, 4], [0, 1]].map(|extent| work(&said(cell, extent, pass)));
    // What is computed for each example, from contexts, is computed for four and not for one.
    check_work(&counts, std::array::from_fn(|at| all[at] + four[at] - one[at]), pass);
    assert_eq!(nodes, said(cell, [longest, 4], pass).tape_nodes, "nodes in {pass:?}");
}
