//! What occurred in the cells, and what must have occurred.

use crate::case::{Case, Data};
use crate::forms::{self, FORMS};
use crate::recurrent::functions::FUNCTIONS;
use crate::recurrent::syntax::Kind;
use crate::recurrent::tests::evaluate::operation;
use crate::recurrent::typed::{Op, Stage};
use std::collections::BTreeSet;

/// Every operation of checked cells: those that read names, operators, functions.
#[rustfmt::skip]
pub(crate) const OPERATIONS: [&str; 76] = [
    "a number", "a dimension", "a hyper", "a parameter", "a buffer", "an input", "a context", "a state", "a next state",
    "a local",
    "negation", "+", "-", "*", "/", "@", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "!", "a slice",
    "exp", "expm1", "ln", "log1p", "sqrt", "square", "recip", "abs", "sin", "cos", "erf", "tanh", "sigmoid", "relu",
    "gelu", "gelu_tanh", "silu", "softplus", "elu", "leaky_relu", "selu", "mish", "softsign", "hard_sigmoid",
    "hard_tanh", "log_sigmoid", "pow", "minimum", "maximum", "min", "max", "clamp", "select", "floor", "rem", "sign",
    "stop_gradient", "sum", "mean", "dot", "outer", "norm", "softmax", "log_softmax", "logsumexp", "layer_norm", "concat",
    "transpose", "identity", "diag",
];

/// Names of what occurred.
#[derive(Default)]
pub(crate) struct Coverage {
    operations: BTreeSet<&'static str>,
    /// As they are written: `split` is one, too.
    functions: BTreeSet<String>,
    /// Operations with the ranks and stages of their operands.
    kinds: BTreeSet<(&'static str, Vec<(usize, Stage)>)>,
    forms: BTreeSet<&'static str>,
}

impl Coverage {
    pub(crate) fn see(&mut self, case: &Case, data: &Data) {
        for node in &case.cell.nodes {
            let name = operation(&node.op);
            let operands = node.op.operands().into_iter().map(|id| &case.cell.node(id).ty);
            let operands: Vec<_> = operands.map(|ty| (ty.shape.len(), ty.stage)).collect();
            self.operations.insert(name);
            // a list may have any length
            if !matches!(node.op, Op::Concat(_)) {
                self.kinds.insert((name, operands));
            }
        }
        for (_, expression) in case.syntax.expressions.iter() {
            if let Kind::Call { function, .. } = &expression.kind {
                self.functions.extend([function.to_string()]);
            }
        }
        self.forms.extend(forms::forms(case, data));
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.operations.extend(other.operations);
        self.functions.extend(other.functions);
        self.kinds.extend(other.kinds);
        self.forms.extend(other.forms);
    }

    pub(crate) fn assert_complete(&self) {
        let names = |list: &[&'static str]| list.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(self.operations, names(&OPERATIONS), "operations");
        assert_eq!(self.forms, names(&FORMS), "forms");
        for entry in FUNCTIONS {
            assert!(self.functions.contains(entry.name), "nobody calls `{}`", entry.name);
        }
        let missing: Vec<_> = demanded().into_iter().filter(|kind| !self.kinds.contains(kind)).collect();
        assert!(missing.is_empty(), "operations that never have these operands: {missing:?}");
        assert!(self.kinds.len() >= 900, "{} kinds of operands", self.kinds.len());
    }
}

/// The ranks and stages of operands that each of these operations must have had.
fn demanded() -> Vec<(&'static str, Vec<(usize, Stage)>)> {
    let (constant, parameter, example) = (Stage::Constant, Stage::Parameter, Stage::Example);
    let mut all = Vec::new();
    for name in UNARY {
        all.push((name, vec![(0, constant)]));
        all.extend((0..3).flat_map(|rank| [(name, vec![(rank, parameter)]), (name, vec![(rank, example)])]));
    }
    for name in BINARY {
        for ranks in [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [2, 0], [2, 2]] {
            all.push((name, ranks.map(|rank| (rank, parameter)).to_vec()));
            // a matrix of one example is rarely compared
            if !ranks.contains(&2) || ["+", "-", "*", "/"].contains(&name) {
                all.push((name, ranks.map(|rank| (rank, example)).to_vec()));
            }
        }
        all.push((name, vec![(1, example), (1, parameter)]));
        all.push((name, vec![(1, parameter), (1, example)]));
    }
    for name in ["sum", "mean", "min", "max", "norm", "logsumexp", "softmax", "log_softmax"] {
        all.extend(
            [1, 2].into_iter().flat_map(|rank| [(name, vec![(rank, parameter)]), (name, vec![(rank, example)])]),
        );
    }
    all
}

const BINARY: [&str; 14] = ["+", "-", "*", "/", "pow", "minimum", "maximum", "rem", "<", "<=", ">", ">=", "==", "!="];

#[rustfmt::skip]
const UNARY: [&str; 26] = [
    "negation", "exp", "expm1", "ln", "log1p", "sqrt", "square", "recip", "abs", "sin", "cos", "erf", "tanh", "sigmoid",
    "relu", "gelu", "gelu_tanh", "silu", "softplus", "selu", "mish", "softsign", "hard_sigmoid", "hard_tanh",
    "log_sigmoid", "stop_gradient",
];
