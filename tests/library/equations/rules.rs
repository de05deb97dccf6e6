//! The numbered rules of the language as they show in numbers, and that each rule has a test.

mod kinks;
mod rust_side;

use super::weighted;
use crate::support::{assert_close_to, random, rng};
use recurve::{Cell, Param, Result, Tensor, grad, recurrent};
use std::fs;
use std::path::{Path, PathBuf};

/// The number of the last rule.
const RULES: usize = 29;

recurrent! {
    /// Numbers of all kinds.
    cell Constants(input: D) {
        state n: [];

        step(x: [D]) -> ([], [], [], [D], []) {
            n = n + 1 / 2;
            (n, 1e8 + 1 - 1e8, pi * sum(x), clamp(x, -inf, 0), 1 / sqrt(D + 1) + 7 / D)
        }
    }

    /// What is not taken, and what has no derivative.
    cell Branches(input: D) {
        step(x: [D]) -> ([D], [D], [D]) {
            (select(x > 0, square(x), 3 * x), stop_gradient(floor(x)) * x, rem(x, 2 * stop_gradient(sign(x))))
        }
    }
}

#[test]
fn rule_12_numbers_are_real_and_rounded_once() -> Result<()> {
    let cell = Constants::new(3, &mut rng(1));
    let x = Tensor::from([[-1.0, 2.0, 0.5]]);
    let ((half, one, turn, low, sizes), _) = cell.step(&x, cell.initial_state(1)?)?;
    assert_eq!((half.item(), one.item()), (0.5, 1.0), "single precision would lose the 1");
    assert_eq!(turn.item(), std::f32::consts::PI * 1.5);
    assert_eq!(low.to_vec(), [-1.0, 0.0, 0.0]);
    assert_eq!(sizes.item(), (0.5_f64 + 7.0 / 3.0) as f32);
    Ok(())
}

#[test]
fn rule_18_what_is_not_taken_gets_no_gradient() -> Result<()> {
    let cell = Branches::<f64>::with_dtype(2, &mut rng(1));
    let x = Param::new(Tensor::from([[1.75, -2.5]]));
    let gradient = |output: usize| -> Result<Vec<f64>> {
        let gradients = grad(&x, |x| {
            let ((first, second, third), _) = cell.step(&x.get(), cell.initial_state(1)?)?;
            Ok::<_, recurve::Error>([first, second, third][output].sum())
        })?;
        Ok(gradients.get(&x).expect("a gradient").to_vec())
    };
    assert_eq!(gradient(0)?, [3.5, 3.0]);
    assert_eq!(gradient(1)?, [1.0, -3.0], "the floor counts as a number");
    assert_eq!(gradient(2)?, [1.0, 1.0]);
    Ok(())
}

recurrent! {
    /// One product, and the same with parentheses.
    cell Precedence(input: D) {
        param r: [D] = zeros;
        param u, v: [D, D] = zeros;

        step(x: [D]) -> ([D], [D], [D], [D]) {
            (r * u @ x, r * (u @ x), u @ v @ x, -u @ x / 2)
        }
    }
}

#[test]
fn rule_10_products_in_numbers() -> Result<()> {
    let cell = super::dense(&Precedence::<f64>::with_dtype(3, &mut rng(1)), 2)?;
    let x = random(&[1, 3], 3);
    let ((gated, explicit, twice, negated), _) = cell.step(&x, cell.initial_state(1)?)?;
    assert_eq!(gated.to_vec(), explicit.to_vec());
    let ux = x.matmul_transposed(&cell.u.get());
    assert_close_to("gated", &gated.to_vec(), &(&ux * cell.r.get()).to_vec(), 1e-12);
    let uvx = x.matmul_transposed(&cell.v.get()).matmul_transposed(&cell.u.get());
    assert_close_to("twice", &twice.to_vec(), &uvx.to_vec(), 1e-12);
    assert_close_to("negated", &negated.to_vec(), &(ux * -0.5).to_vec(), 1e-12);
    assert!(weighted(&gated, 4).item().is_finite());
    Ok(())
}

#[test]
fn each_rule_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["macros/src/recurrent", "tests/library"] {
        add_sources(&root.join(folder), &mut files);
    }
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).expect("a source")).collect();
    for rule in 1..=RULES {
        let begins = format!("#[test]\nfn rule_{rule:02}_");
        assert!(texts.iter().any(|text| text.contains(&begins)), "rule {rule} has no test");
    }
}

fn add_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            add_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
