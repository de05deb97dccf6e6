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
    let sizes = cell.dimensions().unwrap();
    let dimensions: Vec<_> = C::plan().dimensions().iter().copied().zip(sizes).collect();
    C::plan().cost(&Extent { steps, batch, dimensions: &dimensions, dtype: C::Element::DTYPE, pass }).unwrap()
}

fn check_full<C: Equations + Sync>(cell: &C, pass: Pass) {
    let (counts, nodes) = executed(&Sample::new(cell, [STEPS, BATCH], None), pass);
    let cost = said(cell, [STEPS, BATCH], pass);
    assert_eq!(counts.products + counts.total_products, cost.products, "products in {pass:?}");
    check_work(&counts, &cost, pass);
    assert_eq!(nodes, cost.tape_nodes, "nodes in {pass:?}");
    check_memory(cell, &counts, pass);
}

fn check_work(counts: &Counts, cost: &Cost, pass: Pass) {
    assert_eq!(counts.flops as u64, cost.flops, "flops in {pass:?}");
    assert_eq!(counts.transcendentals as u64, cost.transcendentals, "transcendentals in {pass:?}");
    assert_eq!(counts.operations as u64, cost.operations, "operations in {pass:?}");
}

/// By pass; the states after the last step are copied, which the plan does not count.
fn check_memory<C: Equations + Sync>(cell: &C, counts: &Counts, pass: Pass) {
    let plan = C::plan();
    let wanted = match pass {
        Pass::Inference => Wanted::nothing(plan),
        Pass::Training { input_gradients } => Wanted::gradients(plan, input_gradients),
    };
    let tally = plan.tally(&wanted);
    let at = |said: &crate::recurrent::plan::polynomial::Polynomial| said.at(STEPS, BATCH, &cell.dimensions().unwrap());
    println!("{pass:?} {:?} {:?}: {} {}", counts.elements, counts.packed, at(&tally.forward), at(&tally.backward));
}

/// Sequences of different lengths cost what their steps cost.
fn check_lengths<C: Equations + Sync>(cell: &C, pass: Pass) {
    let lengths = vec![4, 7, 0, 1];
    let (longest, rows) = (7, 12);
    let (counts, nodes) = executed(&Sample::new(cell, [8, 4], Some(lengths)), pass);
    check_work(&counts, &said(cell, [rows, 1], pass), pass);
    assert_eq!(nodes, said(cell, [longest, 4], pass).tape_nodes, "nodes in {pass:?}");
}
