use super::super::live::Wanted;
use super::super::{Cost, Extent, Pass, Plan};
use super::{gru, mixed};
use crate::array::element::DType;

const SIZES: &[(&str, usize)] = &[("H", 7), ("D", 3)];

fn cost(pass: Pass, dtype: DType) -> Cost {
    gru::plan().cost(&Extent { steps: 5, batch: 2, dimensions: SIZES, dtype, pass }).unwrap()
}

#[test]
fn flops_are_those_of_the_equations() {
    let (t, b, d, h) = (5, 2, 3, 7);
    let n = 3 * h;
    assert_eq!(cost(Pass::Inference, DType::F32).flops, 2 * t * b * n * (d + h));
    let training = cost(Pass::Training { input_gradients: false }, DType::F32);
    assert_eq!(training.flops, 2 * t * b * n * (2 * d + 3 * h));
    let inputs = cost(Pass::Training { input_gradients: true }, DType::F32);
    assert_eq!(inputs.flops, 2 * t * b * n * (3 * d + 3 * h));
}

#[test]
fn inference_counts_what_runs() {
    let (t, b, d, h) = (5, 2, 3, 7);
    let cost = cost(Pass::Inference, DType::F32);
    assert_eq!(cost.products, 6);
    assert_eq!(cost.operations, 13 * t * b * h);
    assert_eq!(cost.transcendentals, 3 * t * b * h);
    // The hoisted product reads x and writes 3 H; the loop reads these, reads h twice and writes it.
    assert_eq!(cost.bytes_read_written, 4 * t * b * (d + 3 * h + 3 * h + 3 * h));
    // The hoisted product, h before and after each step, a step's product and what it would save, and the weights.
    assert_eq!(cost.bytes_allocated, 4 * (t * b * 3 * h + (t + 1) * b * h + b * 7 * h + 3 * h * (d + h)));
    assert_eq!(cost.tape_nodes, 0);
}

#[test]
fn training_counts_both_passes() {
    let (t, b, d, h) = (5, 2, 3, 7);
    let cost = cost(Pass::Training { input_gradients: false }, DType::F64);
    assert_eq!(cost.products, 5 + 1 + 5 + 2);
    assert_eq!(cost.operations, (13 + 19 + 4) * t * b * h);
    let forward = d + 3 * h + (3 + 1 + 1 + 1 + 4) * h;
    let backward = (1 + 1 + 4 + 4 + 3) * h;
    let totals = (3 * h + d) + (3 * h + h) + 4 * h;
    assert_eq!(cost.bytes_read_written, 8 * t * b * (forward + backward + totals));
    let kept = (t + 1) * b * h + 4 * t * b * h;
    let adjoints = 4 * t * b * h + 2 * b * h + 3 * h * d + 3 * h * h + 4 * h;
    let there = [kept + t * b * 3 * h + b * 3 * h + 3 * h * (d + h), kept + adjoints + 3 * h * h];
    assert_eq!(cost.bytes_allocated, 8 * there[0].max(there[1]));
    assert_eq!(cost.tape_nodes, 1);
}

#[test]
fn parts_of_an_operand_are_calls_unless_they_adjoin() {
    let plan = mixed::plan();
    let products = plan.tally(&Wanted::nothing(&plan)).products;
    // The loop's product, and one after the loop with an operand of two parts.
    assert_eq!(plan.text(&products), "T + 2");
}

#[test]
fn unwanted_weight_gradients_cost_nothing() {
    let plan = gru::plan();
    let mut wanted = Wanted::nothing(&plan);
    wanted.parameters[1] = true;
    let tally = plan.tally(&wanted);
    assert_eq!(plan.text(&tally.products), "2 T + 2");
    assert_eq!(plan.text(&tally.flops), "8 T·B·D·H + 12 T·B·H²");
}

#[test]
fn dimensions_must_be_those_of_the_cell() {
    let error = |plan: &Plan, dimensions: &[(&str, usize)], dtype| {
        let extent = Extent { steps: 5, batch: 2, dimensions, dtype, pass: Pass::Inference };
        plan.cost(&extent).unwrap_err().to_string()
    };
    let plan = gru::plan();
    assert_eq!(
        error(&plan, &[("D", 3), ("K", 4)], DType::F32),
        "plan of Gru: expected sizes of the dimensions [D, H], each once, found [D, K]"
    );
    assert_eq!(
        error(&plan, &[("D", 3)], DType::F32),
        "plan of Gru: expected sizes of the dimensions [D, H], each once, found [D]"
    );
    assert_eq!(
        error(&plan, &[("D", 3), ("H", 4), ("H", 5)], DType::F32),
        "plan of Gru: expected sizes of the dimensions [D, H], each once, found [D, H, H]"
    );
    assert_eq!(error(&plan, SIZES, DType::Bool), "plan of Gru: expected f32 or f64 as element type, found bool");
}
