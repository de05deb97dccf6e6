//! Long formulas, many helpers and large sizes.

use super::sources::Source;
use super::{check, typed};
use std::time::{Duration, Instant};

/// Generous: a debug build on a busy machine.
const LONGEST: Duration = Duration::from_millis(1000);

#[track_caller]
fn filled(lines: &str, formula: &str) -> String {
    let cell = Source::With("LINES", "FORMULA").cell();
    cell.replace("LINES", lines).replace("FORMULA", formula)
}

#[track_caller]
fn assert_quick(source: &str, mistakes: usize) {
    let start = Instant::now();
    let found = check(source).err().unwrap_or_default();
    assert_eq!(found.len(), mistakes, "{:?}", found.first());
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
}

#[test]
fn chains_of_ten_thousand_operators() {
    for operator in [" + ", " * ", " - "] {
        assert_quick(&filled("", &vec!["h"; 10_000].join(operator)), 0);
    }
    assert_quick(&filled("", &vec!["u"; 10_000].join(" @ ")), 0);
    assert_quick(&filled("", &vec!["h > 0"; 3_000].join(" && ")), 0);
    assert_quick(&filled("", &vec!["1"; 10_000].join(" + ")), 0);
    assert_quick(&filled("", &format!("concat({})", vec!["h"; 5_000].join(", "))), 0);
}

#[test]
fn chains_with_mistakes() {
    assert_quick(&filled("", &format!("x + {}", vec!["h"; 10_000].join(" + "))), 1);
    assert_quick(&filled("", &vec!["(h @ b)"; 2_000].join(" + ")), 2_000);
}

#[test]
fn long_sizes() {
    assert_quick(&filled(&format!("param a: [{}] = zeros;", vec!["H"; 10_000].join(" + ")), "h"), 0);
    assert_quick(&filled(&format!("param a: [{}] = zeros;", vec!["H"; 10_000].join(" * ")), "h"), 1);
    assert_quick(&filled(&format!("param a: [{}] = zeros;", vec!["(D + H)"; 40].join(" * ")), "h"), 1);
}

#[test]
fn helpers_that_call_one_another_in_a_row() {
    let helper = |at: usize| format!("fn f{}(a) = f{at}(a) + 1;", at + 1);
    let lines: String = (0..1_500).map(helper).collect();
    assert_quick(&filled(&format!("fn f0(a) = a; {lines}"), "f1500(h)"), 0);
}

#[test]
fn helpers_that_double_one_another_stop_at_the_limit() {
    let start = Instant::now();
    assert_eq!(check(&Source::TooMany.cell()).err().map(|found| found.len()), Some(1));
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
}

#[test]
fn many_calls_below_the_limit() {
    let cell = typed(&filled("fn gate(a) = sigmoid(a) * a;", &vec!["gate(h)"; 1_000].join(" + ")));
    assert_eq!(cell.locals.len(), 1_001);
}
