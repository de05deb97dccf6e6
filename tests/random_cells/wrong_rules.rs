//! Rules that are wrong on purpose.

use crate::recurrent::diff::{Contribution, Site, derive};
use crate::recurrent::ir::{Binary, Comparison, Depends, Element, Graph, NodeId, Op};
use std::fmt;

/// Something done to a rule: to what it gives, or to one operation of its formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sabotage {
    /// The other sign.
    Sign,
    /// 0.1 % more.
    Factor,
    /// Nothing at all.
    Nothing,
    /// The operation with this number in the formula.
    Operation(usize, Damage),
}

/// What is done to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Damage {
    /// `a + b` becomes `b`, `a * b` too.
    WithoutFirst,
    WithoutSecond,
    /// `a - b` for `a + b`, `a / b` for `a * b` and so on; branches of a `select` the other way round.
    Other,
    /// `x` for `f(x)`.
    WithoutFunction,
    /// A number that is larger by 0.1 % and 0.001.
    Number,
}

/// A rule: which operation, and which operand if that makes a difference.
pub(crate) fn rule_name(site: &Site<'_>) -> String {
    let at = site.operand;
    match &site.forward.node(site.node).op {
        Op::Unary(function, _) => format!("{function:?}"),
        Op::Binary(function, ..) => format!("{function:?}, operand {at}"),
        Op::MatMul { b, transpose_a, transpose_b, .. } => {
            let rank = site.forward.rank(*b);
            format!("MatMul with rank {rank}, transposes {transpose_a} {transpose_b}, operand {at}")
        }
        Op::Reduce(reduction, _) => format!("{reduction:?}"),
        Op::Concat(_) => "Concat".to_owned(),
        Op::Select { .. } | Op::Outer(..) => format!("{}, operand {at}", head(site)),
        _ => head(site),
    }
}

fn head(site: &Site<'_>) -> String {
    let text = format!("{:?}", site.forward.node(site.node).op);
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// Applies the rule and says all that can be done to it.
pub(crate) fn possible(site: &Site<'_>) -> (Contribution, Vec<Sabotage>) {
    let start = site.graph.borrow().nodes.len();
    let contribution = derive(site);
    let graph = site.graph.borrow();
    let is_number = |operand: &NodeId| matches!(site.forward.node(*operand).op, Op::Number(_));
    let writes_all_numbers = !site.forward.node(site.node).op.operands().iter().any(is_number);
    let mut found = vec![Sabotage::Sign, Sabotage::Factor, Sabotage::Nothing];
    for at in start..graph.nodes.len() {
        let damages: &[Damage] = match graph.nodes[at].op {
            Op::Binary(Binary::Add | Binary::Sub | Binary::Mul | Binary::Div, ..) => {
                &[Damage::WithoutFirst, Damage::WithoutSecond, Damage::Other]
            }
            // the same for both orders
            Op::Compare(Comparison::Equal, ..) => &[],
            Op::Compare(..) | Op::And(..) | Op::Select { .. } => &[Damage::Other],
            Op::Unary(..) => &[Damage::WithoutFunction],
            Op::Number(_) if writes_all_numbers => &[Damage::Number],
            _ => &[],
        };
        found.extend(damages.iter().map(|damage| Sabotage::Operation(at - start, *damage)));
    }
    (contribution, found)
}

/// Applies the rule wrongly.
pub(crate) fn derive_wrongly(site: &Site<'_>, sabotage: Sabotage) -> Contribution {
    let number =
        |value: f64| site.graph.borrow_mut().leaf(Op::number(value), Vec::new(), Element::Real, Depends::NOTHING);
    let [zero, factor] = [number(0.0), number(if sabotage == Sabotage::Sign { -1.0 } else { 1.001 })];
    let start = site.graph.borrow().nodes.len();
    let contribution = derive(site);
    let mut graph = site.graph.borrow_mut();
    let factor = match sabotage {
        Sabotage::Sign | Sabotage::Factor => factor,
        Sabotage::Nothing => zero,
        Sabotage::Operation(at, damage) => {
            let node = NodeId::new(start + at);
            let op = damaged(&graph, node, damage, zero);
            graph.nodes[node.index()].op = op;
            return contribution;
        }
    };
    let mut scaled = |id| graph.push(Op::Binary(Binary::Mul, id, factor));
    match contribution {
        Contribution::Whole(id) => Contribution::Whole(scaled(id)),
        Contribution::Outer(left, right) => Contribution::Outer(scaled(left), right),
    }
}

fn damaged(graph: &Graph, node: NodeId, damage: Damage, zero: NodeId) -> Op {
    let op = &graph.node(node).op;
    let fits = |id: NodeId| graph.shape(id) == graph.shape(node);
    match (op, damage) {
        (Op::Binary(_, _, b), Damage::WithoutFirst) if fits(*b) => Op::Binary(Binary::Add, *b, zero),
        (Op::Binary(_, a, _), Damage::WithoutSecond) if fits(*a) => Op::Binary(Binary::Add, *a, zero),
        (Op::Binary(function, a, b), _) => {
            let other = match function {
                Binary::Add => Binary::Sub,
                Binary::Sub => Binary::Add,
                Binary::Mul => Binary::Div,
                _ => Binary::Mul,
            };
            Op::Binary(other, *a, *b)
        }
        (Op::Compare(comparison, a, b), _) => Op::Compare(*comparison, *b, *a),
        (Op::And(a, b), _) => Op::Or(*a, *b),
        (Op::Select { mask, first, second }, _) => Op::Select { mask: *mask, first: *second, second: *first },
        (Op::Unary(_, a), _) => Op::Binary(Binary::Add, *a, zero),
        (Op::Number(value), _) => Op::number(1.001 * value.value() + 0.001),
        // an operand, where others have a number
        (op, _) => op.clone(),
    }
}

impl fmt::Display for Sabotage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(at, damage) => write!(f, "{damage:?} at operation {at}"),
            whole => write!(f, "{whole:?}"),
        }
    }
}
