//! Adding operations to a graph: what an operation makes of its operands.

use super::{Depends, Dim, Element, Graph, Node, NodeId, Op, Shape};

impl Graph {
    /// Adds an operation; its shape, its kind of element and what it depends on follow from its operands.
    pub(crate) fn push(&mut self, op: Op) -> NodeId {
        let shape = self.shape_of(&op);
        let operands = op.operands();
        let depends = operands.iter().fold(Depends::NOTHING, |all, operand| all.union(self.node(*operand).depends));
        let element = self.element_of(&op);
        self.add(Node { op, shape, element, depends, name: None })
    }

    /// Adds something that reads no other node and has a shape of its own: a parameter, an input, …
    ///
    /// What a value of another graph depends on is what it depends on there.
    pub(crate) fn leaf(&mut self, op: Op, shape: Shape, element: Element, depends: Depends) -> NodeId {
        debug_assert!(op.operands().is_empty(), "{op:?} is not a leaf");
        self.add(Node { op, shape, element, depends, name: None })
    }

    /// Adds a node as it is.
    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId::new(self.nodes.len() - 1)
    }

    pub(crate) fn shape(&self, id: NodeId) -> &Shape {
        &self.node(id).shape
    }

    pub(crate) fn rank(&self, id: NodeId) -> usize {
        self.shape(id).len()
    }

    /// The number that a node is, if it is written in it.
    pub(crate) fn number(&self, id: NodeId) -> Option<f64> {
        match self.node(id).op {
            Op::Number(value) => Some(value.value()),
            _ => None,
        }
    }

    fn element_of(&self, op: &Op) -> Element {
        match op {
            Op::Compare(..) | Op::And(..) | Op::Or(..) | Op::Not(_) => Element::Mask,
            Op::Select { first, .. } => self.node(*first).element,
            Op::StopGradient(a) => self.node(*a).element,
            Op::Number(_)
            | Op::Size(_)
            | Op::Hyper(_)
            | Op::Parameter(_)
            | Op::Buffer(_)
            | Op::Input(_)
            | Op::Context(_)
            | Op::State(_)
            | Op::Forward(_)
            | Op::OutputAdjoint(_)
            | Op::NextAdjoint(_)
            | Op::Total(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::MatMul { .. }
            | Op::Outer(..)
            | Op::Transpose(_)
            | Op::Diag(_)
            | Op::DiagonalOf(_)
            | Op::Identity(_)
            | Op::Reduce(..)
            | Op::Stretch(..)
            | Op::Concat(_)
            | Op::Slice { .. }
            | Op::Pad { .. } => Element::Real,
        }
    }

    pub(super) fn shape_of(&self, op: &Op) -> Shape {
        match op {
            Op::Number(_) | Op::Size(_) | Op::Hyper(_) => Vec::new(),
            Op::Parameter(_)
            | Op::Buffer(_)
            | Op::Input(_)
            | Op::Context(_)
            | Op::State(_)
            | Op::Forward(_)
            | Op::OutputAdjoint(_)
            | Op::NextAdjoint(_)
            | Op::Total(_) => unreachable!("leaves with a shape of their own"),
            Op::Unary(_, a) | Op::Not(a) | Op::StopGradient(a) => self.shape(*a).clone(),
            Op::Binary(_, a, b) | Op::Compare(_, a, b) | Op::And(a, b) | Op::Or(a, b) => self.common(&[*a, *b]),
            Op::Select { mask, first, second } => self.common(&[*mask, *first, *second]),
            Op::MatMul { a, b, transpose_a, transpose_b } => self.product(*a, *b, *transpose_a, *transpose_b),
            Op::Outer(a, b) => vec![self.axis(*a, 0), self.axis(*b, 0)],
            Op::Transpose(a) => vec![self.axis(*a, 1), self.axis(*a, 0)],
            Op::Diag(a) => vec![self.axis(*a, 0), self.axis(*a, 0)],
            Op::DiagonalOf(a) => vec![self.axis(*a, 0)],
            Op::Identity(size) => vec![size.clone(), size.clone()],
            Op::Reduce(_, a) => self.shape(*a).split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default(),
            Op::Stretch(a, size) => self.shape(*a).iter().chain([size]).cloned().collect(),
            Op::Concat(parts) => vec![self.total(parts)],
            Op::Slice { length, .. } | Op::Pad { length, .. } => vec![length.clone()],
        }
    }

    /// The shape of operands of which the scalars stretch.
    fn common(&self, operands: &[NodeId]) -> Shape {
        let shape = operands.iter().map(|operand| self.shape(*operand)).max_by_key(|shape| shape.len());
        let fits = |operand: &NodeId| self.rank(*operand) == 0 || Some(self.shape(*operand)) == shape;
        debug_assert!(operands.iter().all(fits), "only scalars stretch");
        shape.cloned().unwrap_or_default()
    }

    fn product(&self, a: NodeId, b: NodeId, transpose_a: bool, transpose_b: bool) -> Shape {
        let (rows, inner) = (usize::from(transpose_a), usize::from(!transpose_a));
        let is_vector = self.rank(b) == 1;
        debug_assert!(!(is_vector && transpose_b), "vectors are not transposed");
        let (length, columns) = (usize::from(transpose_b), usize::from(!transpose_b));
        debug_assert_eq!(self.axis(a, inner), self.axis(b, length), "the axis inside a product");
        if is_vector { vec![self.axis(a, rows)] } else { vec![self.axis(a, rows), self.axis(b, columns)] }
    }

    fn axis(&self, id: NodeId, at: usize) -> Dim {
        let axis = self.shape(id).get(at).cloned();
        axis.unwrap_or_else(|| unreachable!("{:?} has no axis {at}", self.node(id)))
    }

    fn total(&self, parts: &[NodeId]) -> Dim {
        let sum = parts.iter().try_fold(Dim::number(0), |sum, part| sum.plus(&self.axis(*part, 0)));
        sum.unwrap_or_else(|| unreachable!("the length of a whole was a size before"))
    }
}
