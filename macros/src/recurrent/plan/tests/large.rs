//! Plans of cells that are far too long.

const MANY: usize = 3000;

fn each_is_planned(lines: &str) {
    let source = format!(
        "cell C(input: D) {{
            param w: [D, D] = zeros; param p: [] = zeros; state h: [D];
            step(x: [D]) -> [D] {{ {lines} }}
        }}"
    );
    let t = std::time::Instant::now();
    let cell = crate::recurrent::tests::front::read(&source)
        .and_then(|cell| crate::recurrent::tests::front::typed(&cell))
        .unwrap();
    let t1 = t.elapsed();
    let step = crate::recurrent::ir::optimise(crate::recurrent::ir::lower(&cell));
    let t2 = t.elapsed();
    let back = crate::recurrent::diff::reverse(&step).optimised();
    let t3 = t.elapsed();
    let plan = crate::recurrent::plan::assemble(&cell, &step, back);
    let t4 = t.elapsed();
    let d = crate::recurrent::plan::describe::describe(&plan, &cell);
    println!(
        "{:60} front {t1:.1?} ir {:.1?} diff {:.1?} plan {:.1?} describe {:.1?}; {} loops {} calls",
        &lines[..60.min(lines.len())],
        t2 - t1,
        t3 - t2,
        t4 - t3,
        t.elapsed() - t4,
        plan.kernels.len(),
        d.len()
    );
}

/// Each line is a formula of the line before, `v`.
fn chain(formula: &str) -> String {
    let line = |at: usize| format!("let v{} = {}; ", at + 1, formula.replace("v", &format!("v{at}")));
    let lines: String = (0..MANY).map(line).collect();
    format!("let v0 = h; {lines} h = v{MANY}; h")
}

#[test]
fn long_chains() {
    each_is_planned(&chain("tanh(v)"));
    each_is_planned(&chain("x + sin(v)"));
    each_is_planned(&chain("w @ tanh(v)"));
    each_is_planned(&chain("x * sum(v)"));
    each_is_planned(&chain("w @ x + sin(v)"));
    each_is_planned(&chain("concat(sin(v), x)[..D]"));
    each_is_planned(&chain("concat(x, sin(v))[1..D + 1]"));
    each_is_planned(&chain("softmax(v)"));
    each_is_planned(&chain("layer_norm(v)"));
    each_is_planned(&format!("h = tanh({}h); h", "sin(x) + ".repeat(MANY)));
    each_is_planned(&format!("h = tanh({}h); h", "w @ h + ".repeat(MANY)));
    let many: String = (0..MANY).map(|at| format!("let v{at} = tanh({at}.5 * h); ")).collect();
    let sum: String = (0..MANY).map(|at| format!("w @ v{at} + ")).collect();
    each_is_planned(&format!("{many} h = {sum} h; h"));
    let sum: String = (0..MANY).map(|at| format!("sum(v{at}) * v{at} + ")).collect();
    each_is_planned(&format!("{many} h = {sum} h; h"));
}
