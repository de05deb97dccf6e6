//! Plans from text are those from calls.

use super::super::read::{PlanText, read};
use super::super::{Builder, Frequency, Plan, Reduction, Rows, SizeId, Source};
use crate::{CompiledCell, Gru};

/// A source with the number of a leaf.
type Numbered = fn(usize) -> Source;

/// Numbers of sizes, as `BEFORE` has them.
const D: usize = 0;
const H: usize = 1;
const ZERO: usize = 2;
const ONE: usize = 3;
const SUM: usize = 4;

/// Lines that others need.
const BEFORE: [&str; 7] = [
    "cell Some: D, H",
    "parameter w: [D, H, 0, 1, 2*D*H+H+3]",
    "region 0..2: all [D]",
    "region 2: saved [H]",
    "weights 0 [D, H]",
    "kernel 0: 2 operations, 1 transcendentals",
    "forward all",
];

fn before() -> Builder {
    let mut plan = Builder::new("Some", &["D", "H"]);
    plan.size(&[(1, &[0])]);
    plan.size(&[(1, &[1])]);
    plan.size(&[]);
    plan.size(&[(1, &[])]);
    plan.size(&[(2, &[0, 1]), (1, &[1]), (3, &[])]);
    plan.parameter("w", &[D, H, ZERO, ONE, SUM], false);
    plan.region(Source::Value(Rows::All), D);
    plan.region(Source::Value(Rows::All), D);
    plan.region(Source::Value(Rows::SAVED), H);
    plan.weights(D, H, &[]);
    plan.kernel(&[], 2, 1);
    plan.forward(Frequency::All);
    plan
}

fn after(line: &'static str) -> Plan {
    let lines: Vec<&str> = BEFORE.into_iter().chain([line]).collect();
    read(&lines)
}

/// The line says what the call does.
fn same(line: &'static str, call: impl FnOnce(&mut Builder)) {
    let mut plan = before();
    call(&mut plan);
    assert_eq!(format!("{:#?}", after(line)), format!("{:#?}", plan.finish()), "{line}");
}

#[test]
fn leaves() {
    same("parameter b: [H]?", |plan| plan.parameter("b", &[H], true));
    same("buffer mean: []", |plan| plan.buffer("mean", &[]));
    same("hyper rate", |plan| plan.hyper("rate"));
    same("input x, größe: [D]", |plan| {
        plan.input("x", &[D]);
        plan.input("größe", &[D]);
    });
    same("context keys: [H, D]", |plan| plan.context("keys", &[H, D]));
    same("state h: [H]", |plan| plan.state("h", &[H]));
    same("output: [H] = state 3", |plan| plan.output(None, &[H], Some(3)));
    same("output gate: [2*D*H+H+3]", |plan| plan.output(Some("gate"), &[SUM], None));
}

#[test]
fn regions() {
    let values = [("once", Rows::Once), ("example", Rows::Example), ("all", Rows::All), ("step", Rows::UNSAVED)];
    for (word, rows) in values {
        let line = format!("region 3: {word} [H]").leak();
        same(line, |plan| plan.region(Source::Value(rows), H));
    }
    let numbered: [(&str, Numbered); 13] = [
        ("parameter", Source::Parameter),
        ("buffer", Source::Buffer),
        ("hyper", Source::Hyper),
        ("input", Source::Input),
        ("context", Source::Context),
        ("output", Source::Output),
        ("state", Source::State),
        ("next", Source::Next),
        ("d parameter", Source::ParameterAdjoint),
        ("d input", Source::InputAdjoint),
        ("d context", Source::ContextAdjoint),
        ("d output", Source::OutputAdjoint),
        ("d next", Source::NextAdjoint),
    ];
    for (word, source) in numbered {
        same(format!("region 3: {word} 7 [H]").leak(), |plan| plan.region(source(7), H));
    }
    same("region 3..5: d state 2..4 [D]", |plan| {
        plan.region(Source::StateAdjoint(2), D);
        plan.region(Source::StateAdjoint(3), D);
    });
    same("region 3: size D", |plan| plan.region(Source::Size(SizeId(D)), ONE));
    same("region 3: hyper 2", |plan| plan.region(Source::Hyper(2), ONE));
}

#[test]
fn weights_and_kernels() {
    same("weights 1 [D, H]: 0^T as [H, D] at [0, 1], 2[..1] as [D, D] at [H, D]", |plan| {
        let first = Builder::block((0, ZERO, D), true, [ZERO, ONE], [H, D]);
        let second = Builder::block((2, ZERO, ONE), false, [H, D], [D, D]);
        plan.weights(D, H, &[first, second]);
    });
    same("kernel 1: 13 operations, 0 transcendentals `h` `a * (b + …)`", |plan| {
        plan.kernel(&["h", "a * (b + …)"], 13, 0)
    });
}

#[test]
fn stages() {
    same("forward once", |plan| plan.forward(Frequency::Once));
    same("forward example", |plan| plan.forward(Frequency::Example));
    same("backward step", |plan| plan.backward(Frequency::Step));
    same("backward all", |plan| plan.backward(Frequency::All));
}

#[test]
fn loops_and_products() {
    same("run 0 [H]: 2 -> 0, 1", |plan| plan.run(0, H, &[], &[(2, ZERO, H)], &[(0, ZERO, D), (1, ZERO, D)]));
    same("run 0 [H]: 2[..1], 2[1..+1]; -> 0[H..+2*D*H+H+3]", |plan| {
        plan.run(0, H, &[(2, ZERO, ONE), (2, ONE, ONE)], &[], &[(0, H, SUM)]);
    });
    same("run 0 [D]: 2; 0 -> 1", |plan| plan.run(0, D, &[(2, ZERO, H)], &[(0, ZERO, D)], &[(1, ZERO, D)]));
    same("product 0: 0, 1 -> 2 `w @ x` `w @ y`", |plan| {
        plan.product(0, &[(0, ZERO, D), (1, ZERO, D)], (2, ZERO, H), false, &["w @ x", "w @ y"]);
    });
    same("product 0: 0 +> 2", |plan| plan.product(0, &[(0, ZERO, D)], (2, ZERO, H), true, &[]));
    same("total sum: 0 +> 2", |plan| plan.total_sum((0, ZERO, D), (2, ZERO, H), true));
    same("total product: 0, 1 -> 2, 2 `d w`", |plan| {
        plan.total_product((0, ZERO, D), (1, ZERO, D), &[(2, ZERO, H), (2, ZERO, H)], false, &["d w"]);
    });
}

#[test]
fn other_instructions() {
    let (zero, one, two) = ((0, ZERO, D), (1, ZERO, D), (2, ZERO, H));
    same("sum [D]: 0 -> 2", |plan| plan.reduce(Reduction::Sum, zero, D, two));
    same("min [1]: 0 -> 2", |plan| plan.reduce(Reduction::Min, zero, ONE, two));
    same("max [H]: 0 -> 2", |plan| plan.reduce(Reduction::Max, zero, H, two));
    same("copy: 0 -> 1", |plan| plan.copy(zero, one));
    same("diag: 0 -> 1", |plan| plan.diag(zero, one));
    same("diagonal: 0 -> 1", |plan| plan.diagonal_of(zero, one));
    same("fill -1e-7 -> 1", |plan| plan.fill(-1e-7, one));
    same("stretch [H]: 0 -> 1", |plan| plan.stretch(zero, H, one));
    same("outer: 0, 1 -> 2", |plan| plan.outer(zero, one, two));
    same("transpose [H, D]: 0 -> 1", |plan| plan.transpose(zero, [H, D], one));
    same("identity [H] -> 1", |plan| plan.identity(H, one));
    same("matmul [D, H, 1]: 0^T, 1 -> 2", |plan| plan.matmul([zero, one], [true, false], [D, H, ONE], two));
    same("matmul [1, 1, 1]: 0, 1^T -> 2", |plan| plan.matmul([zero, one], [false, true], [ONE; 3], two));
}

#[test]
fn texts_hold_any_characters() {
    same("kernel 1: 0 operations, 0 transcendentals ` ` `a\\`b\\\\` `,:[]->\"∂`", |plan| {
        plan.kernel(&[" ", "a`b\\", ",:[]->\"∂"], 0, 0);
    });
    same("hyper `two words`", |plan| plan.hyper("two words"));
}

#[test]
fn leaves_know_their_widths() {
    let leaves = ["cell Some: D, H", "parameter w, u: [H, D]", "parameter b: [2*H+1, D+3, D*H]", "state h: []"];
    let regions = ["region 0..3: parameter 0..3", "region 3: d state 0", "region 4: all [D*H]"];
    let lines: Vec<&str> = leaves.into_iter().chain(regions).collect();
    let plan = read(&lines);
    let widths: Vec<usize> = plan.regions.iter().map(|region| plan.sizes[region.width.0].at(&[5, 7])).collect();
    assert_eq!(widths, [35, 35, 15 * 8 * 35, 1, 35]);
    assert_eq!(plan.regions[0].width, plan.regions[4].width);
}

/// What is said of a line that cannot be read.
fn refusal(line: &'static str) -> String {
    let panic = std::panic::catch_unwind(|| after(line)).expect_err(line);
    *panic.downcast::<String>().expect("a message with values")
}

#[test]
fn other_text_is_refused() {
    assert_eq!(
        refusal("output: [H] := state 0"),
        "line 8 of a plan, `output: [H] := state 0`: expected the end of the line, found ` := state 0`: `recurve` and \
         `recurve-macros` must have the same version"
    );
    let refused = [
        ("swap: 0 -> 1", "expected a part of a plan before this, found `: 0 -> 1`"),
        ("region 5: all [H]", "expected the number of the next region"),
        ("region 3..5: input 0 [H]", "expected as many numbers as regions"),
        ("region 3: nothing [H]", "expected what a region holds"),
        ("region 3: all", "expected the width of a row"),
        ("region 3: parameter 1", "expected the number of a leaf before this"),
        ("region 3: all [H, D]", "expected another number of sizes before this"),
        ("weights 7 [D, D]", "expected the next number of its kind before this"),
        ("state h: [K]", "expected a size before this, found `]`"),
        ("forward often", "expected how often a stage runs"),
        ("hyper `rate", "expected a text with its end"),
        ("hyper", "expected a name"),
        ("product 1: 0 -> 1", "expected weights of the plan before this"),
        ("run 1 [D]: 0 -> 1", "expected a kernel of the plan before this"),
        ("product 0: 0 => 1", "expected -> or +>"),
        ("copy: 0 +> 1", "expected ->"),
        ("copy: 0 -> 9", "expected a region before this"),
        ("copy: 0[D..D] -> 1", "expected ..+"),
        ("fill x -> 1", "expected a real number before this"),
        ("outer: 0 -> 1", "expected ,"),
        ("", "expected a part of a plan"),
    ];
    for (line, expected) in refused {
        let message = refusal(line);
        assert!(message.contains(expected) && message.contains(&format!("`{line}`")), "{message}");
    }
}

#[test]
fn a_text_is_read_once() {
    static TEXT: PlanText = PlanText::new(&["cell Empty"]);
    assert_eq!(TEXT.plan().cell(), "Empty");
    assert!(std::ptr::eq(TEXT.plan(), TEXT.plan()));
    assert!(std::ptr::eq(Gru::<f32>::plan(), <Gru<f64> as CompiledCell>::plan()));
}
