use super::super::{Builder, Frequency, Plan};
use super::{gru, mixed};

#[test]
fn a_plan_knows_its_cell() {
    assert_eq!(gru::plan().cell(), "Gru");
    assert_eq!(gru::plan().dimensions(), ["D", "H"]);
}

#[test]
fn products_are_found_by_their_labels() {
    let plan = gru::plan();
    assert!(plan.is_hoisted("w_z @ x"));
    assert!(plan.is_hoisted(" w_z@x"));
    assert!(!plan.is_hoisted("u_z @ h"));
    assert!(!plan.is_hoisted("w_z"));
    assert!(plan.in_loop("u_z @ h"));
    assert!(plan.in_loop("n"));
    assert!(!plan.in_loop("w_z @ x"));
    assert!(!plan.is_sunk("w_z @ x"));
    assert!(mixed::plan().is_sunk("v @ h"));
    assert!(!mixed::plan().is_hoisted("v @ h"));
}

#[test]
fn lists_are_in_the_order_of_the_plan() {
    let plan = gru::plan();
    assert_eq!(plan.hoisted().collect::<Vec<_>>(), ["w_r @ x", "w_z @ x", "w_n @ x"]);
    assert_eq!(plan.sunk().count(), 0);
    assert_eq!(plan.saved().collect::<Vec<_>>(), ["h", "r", "z", "n", "u_n @ h + c_n"]);
    let plan = mixed::plan();
    assert_eq!(plan.hoisted().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(plan.sunk().collect::<Vec<_>>(), ["v @ h", "y", "s"]);
    assert_eq!(plan.saved().collect::<Vec<_>>(), ["a", "h"]);
}

#[test]
fn stacked_products_know_each_other() {
    let plan = gru::plan();
    assert!(plan.stacked_with("w_r @ x", "w_n @ x"));
    assert!(plan.stacked_with("u_n@h", "u_r@h"));
    assert!(!plan.stacked_with("w_r @ x", "u_r @ h"));
    assert!(!plan.stacked_with("w_r @ x", "w_r @ x"));
    assert!(!plan.stacked_with("w_r @ x", "w_q @ x"));
}

/// Without a loop all rows come first.
#[test]
fn a_plan_without_a_loop_is_hoisted() {
    let mut plan = Builder::new("Still", &[]);
    plan.kernel(&["a"], 1, 0);
    plan.size(&[(1, &[])]);
    plan.forward(Frequency::All);
    plan.run(0, 0, &[], &[], &[]);
    let plan: Plan = plan.finish();
    assert!(plan.is_hoisted("a") && !plan.is_sunk("a") && !plan.in_loop("a"));
    assert_eq!(plan.saved().count(), 0);
    assert_eq!(
        plan.to_string(),
        "Still: T steps of B examples\n\nforward\n  all T·B rows\n    loop over [T·B]   a\n\nhoisted   a"
    );
}
