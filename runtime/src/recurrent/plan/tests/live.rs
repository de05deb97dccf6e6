use super::super::live::{Live, Wanted, runs};
use super::super::{Builder, Frequency, Plan, Source};
use super::gru;

const T: bool = true;
const F: bool = false;

fn wanting(plan: &Plan, change: impl FnOnce(&mut Wanted)) -> Live {
    let mut wanted = Wanted::nothing(plan);
    change(&mut wanted);
    plan.live(&wanted)
}

fn running(stages: &[Vec<Vec<bool>>]) -> Vec<Vec<bool>> {
    stages.iter().map(|stage| stage.iter().map(|results| runs(results)).collect()).collect()
}

#[test]
fn inference_saves_nothing_and_goes_one_way() {
    let plan = gru::plan();
    let live = wanting(&plan, |_| {});
    assert_eq!(live.forward, [vec![vec![T]], vec![vec![T], vec![T, F, F, F, F]]]);
    assert_eq!(running(&live.backward), [vec![F; 2], vec![F; 7]]);
}

#[test]
fn training_runs_all_but_what_is_for_inputs() {
    let plan = gru::plan();
    let live = plan.live(&Wanted::gradients(&plan, false));
    assert_eq!(live.forward, [vec![vec![T]], vec![vec![T], vec![T; 5]]]);
    assert_eq!(running(&live.backward), [vec![T; 2], vec![F, T, T, T, T, T, T]]);
    let live = plan.live(&Wanted::gradients(&plan, true));
    assert_eq!(running(&live.backward), [vec![T; 2], vec![T; 7]]);
}

#[test]
fn one_parameter_needs_the_loop_and_its_own_total() {
    let plan = gru::plan();
    let live = wanting(&plan, |wanted| wanted.parameters[0] = true);
    assert_eq!(live.backward[0], [vec![T; 5], vec![T]]);
    assert_eq!(live.backward[1], [vec![F], vec![F, T, F], vec![F; 3], vec![F], vec![F], vec![F], vec![F]]);
}

#[test]
fn an_initial_state_needs_the_loop_alone() {
    let plan = gru::plan();
    let live = wanting(&plan, |wanted| wanted.states[0] = true);
    assert_eq!(running(&live.backward), [vec![T; 2], vec![F; 7]]);
    let live = wanting(&plan, |wanted| wanted.inputs[0] = true);
    assert_eq!(running(&live.backward), [vec![T; 2], vec![T, F, F, F, F, F, F]]);
}

/// Each of three states is handed to the one before it; the derivative of the first needs that of those after it.
fn chain() -> Plan {
    let mut plan = Builder::new("Chain", &["H"]);
    plan.size(&[(1, &[0])]);
    plan.size(&[]);
    ["p", "q", "r", "s"].iter().for_each(|name| plan.state(name, &[0]));
    (0..4).for_each(|at| plan.region(Source::NextAdjoint(at), 0));
    (0..4).for_each(|at| plan.region(Source::StateAdjoint(at), 0));
    plan.backward(Frequency::Step);
    for (from, to) in [(1, 0), (2, 1), (2, 2), (0, 3)] {
        plan.copy((from, 1, 0), (4 + to, 1, 0));
    }
    plan.finish()
}

#[test]
fn what_is_handed_on_is_followed_to_its_end() {
    let of = |state: usize| running(&wanting(&chain(), |wanted| wanted.states[state] = true).backward);
    assert_eq!(of(0), [[T, T, T, F]]);
    assert_eq!(of(1), [[F, T, T, F]]);
    assert_eq!(of(2), [[F, F, T, F]]);
    assert_eq!(of(3), [[T, T, T, T]]);
}

/// Columns that do not meet are apart.
#[test]
fn columns_are_told_apart() {
    let mut plan = Builder::new("Halves", &["H"]);
    plan.size(&[(1, &[0])]);
    plan.size(&[]);
    plan.size(&[(2, &[0])]);
    ["p", "q"].iter().for_each(|name| plan.parameter(name, &[0], false));
    plan.region(Source::Value(super::super::Rows::All), 2);
    plan.region(Source::ParameterAdjoint(0), 0);
    plan.region(Source::ParameterAdjoint(1), 0);
    plan.backward(Frequency::All);
    plan.fill(1.0, (0, 1, 0));
    plan.fill(2.0, (0, 0, 0));
    plan.total_sum((0, 1, 0), (1, 1, 0), false);
    plan.total_sum((0, 0, 0), (2, 1, 0), false);
    let plan = plan.finish();
    let of = |at: usize| running(&wanting(&plan, |wanted| wanted.parameters[at] = true).backward);
    assert_eq!(of(0), [[T, F, T, F]]);
    assert_eq!(of(1), [[F, T, F, T]]);
}
