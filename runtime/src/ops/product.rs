//! Products: of matrices, of vectors, and stacks of both.

use super::Op;
use super::arithmetic::broadcast;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::kernels::{Layout, Product};
use crate::array::shape::Shape;
use crate::autodiff::node::record;
use crate::error::{Error, ErrorKind, Result, or_panic};
use crate::tensor::Tensor;

impl<F: Float> Tensor<F> {
    /// The matrix product: `[.., M, K] @ [.., K, N]` is `[.., M, N]`; leading axes broadcast.
    ///
    /// # Panics
    ///
    /// When a factor has fewer than two axes, the inner sizes differ or the leading axes do not broadcast;
    /// [`try_matmul`](Self::try_matmul) returns an error instead.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let a = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let b = Tensor::from([[1.0_f32], [10.0]]);
    /// assert_eq!(a.matmul(&b).to_vec(), [21.0, 43.0]);
    /// ```
    #[doc(alias = "mm")]
    #[doc(alias = "bmm")]
    #[track_caller]
    pub fn matmul(&self, other: &Self) -> Self {
        or_panic(self.try_matmul(other))
    }

    /// The matrix product, see [`matmul`](Self::matmul).
    ///
    /// # Errors
    ///
    /// Where `matmul` panics.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::<f32>::zeros([2, 3]);
    /// let error = x.try_matmul(&x).unwrap_err();
    /// assert_eq!(error.to_string(), "matmul: shapes [2, 3] and [2, 3] do not multiply: 3 columns meet 2 rows");
    /// ```
    pub fn try_matmul(&self, other: &Self) -> Result<Self> {
        self.try_product(other, Layout::Plain, Layout::Plain)
    }

    /// The product with a transposed matrix, without transposing it: `[.., M, K] @ [.., N, K]ᵀ` is `[.., M, N]`.
    /// This is a linear layer with the weight `[out, in]`.
    ///
    /// # Panics
    ///
    /// As [`matmul`](Self::matmul).
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0]]);
    /// let weight = Tensor::from([[1.0_f32, 0.0], [0.0, 1.0], [1.0, 1.0]]);
    /// assert_eq!(x.matmul_transposed(&weight).to_vec(), [1.0, 2.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn matmul_transposed(&self, other: &Self) -> Self {
        or_panic(self.try_product(other, Layout::Plain, Layout::Transposed))
    }

    /// The scalar product: the sum of products over the last axis, `[.., N]` and `[.., N]` to `[..]`; leading axes
    /// broadcast. See [`matmul`](Self::matmul) for matrices.
    ///
    /// # Panics
    ///
    /// When a factor has no axes, the last axes have different sizes, or the leading axes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.dot(&Tensor::from([10.0, 1.0])).to_vec(), [12.0, 34.0]);
    /// ```
    #[doc(alias = "inner")]
    #[doc(alias = "vecdot")]
    #[track_caller]
    pub fn dot(&self, other: &Self) -> Self {
        let (left, right) = (self.shape_value(), other.shape_value());
        let sizes = [left.last(), right.last()];
        let fits = sizes[0].is_some() && sizes[0] == sizes[1];
        assert!(fits, "dot: expected last axes of one size, found shapes {left} and {right}");
        broadcast(|| "dot", left, right);
        (self * other).sum_axes(-1)
    }

    /// All products of an element of one vector with an element of the other: `[.., M]` and `[.., N]` to
    /// `[.., M, N]`; leading axes broadcast.
    ///
    /// # Panics
    ///
    /// When a factor has no axes, the leading axes do not broadcast, or the result would have more than
    /// [`MAX_RANK`](crate::MAX_RANK) axes.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0]).outer(&Tensor::from([10.0, 100.0]));
    /// assert_eq!(x, Tensor::from([[10.0, 100.0], [20.0, 200.0]]));
    /// ```
    #[track_caller]
    pub fn outer(&self, other: &Self) -> Self {
        let (left, right) = (self.shape_value(), other.shape_value());
        let vectors = left.rank() > 0 && right.rank() > 0;
        assert!(vectors, "outer: expected two vectors or stacks of them, found shapes {left} and {right}");
        let stacks = [left, right].map(|shape| Shape::from(&shape[..shape.rank() - 1]));
        let fits = stacks[0].broadcast(&stacks[1]).is_some();
        assert!(fits, "outer: leading axes of shapes {left} and {right} do not broadcast");
        self.unsqueeze(-1) * other.unsqueeze(-2)
    }

    /// The diagonal matrix of a vector: `[.., N]` to `[.., N, N]`, zeros outside of the diagonal. The gradient is the
    /// diagonal of the matrix's gradient.
    ///
    /// # Panics
    ///
    /// Without axes, or when the result would have more than [`MAX_RANK`](crate::MAX_RANK) axes.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0]).diag();
    /// assert_eq!(x, Tensor::from([[1.0, 0.0], [0.0, 2.0]]));
    /// ```
    #[doc(alias = "diagonal")]
    #[doc(alias = "diag_embed")]
    #[track_caller]
    pub fn diag(&self) -> Self {
        let Some(&size) = self.shape().last() else {
            panic!("diag: expected a vector or a stack of them, found shape []");
        };
        let diagonal = Tensor::build([size, size].into(), |to| {
            to.iter_mut().enumerate().for_each(|(at, to)| *to = at % (size + 1) == 0);
        });
        // A choice and not a product, in which zeros would meet infinities.
        self.unsqueeze(-1).select(&diagonal, &Tensor::scalar(F::ZERO))
    }

    /// A product whose sizes are known to fit.
    pub(crate) fn product(&self, other: &Self, left: Layout, right: Layout) -> Self {
        self.try_product(other, left, right).unwrap_or_else(|error| unreachable!("{error}"))
    }

    fn try_product(&self, other: &Self, left: Layout, right: Layout) -> Result<Self> {
        let plan = Plan::new(self.shape_value(), other.shape_value(), left, right)?;
        let array = Array::build(plan.shape, |out| plan.run(self.as_slice(), other.as_slice(), out));
        Ok(record(Op::MatMul { left, right }, &[self, other], array))
    }
}

/// A product that is not computed yet.
pub(crate) struct Planned<F: Float> {
    plan: Plan,
    left: Tensor<F>,
    right: Tensor<F>,
}

impl<F: Float> Planned<F> {
    pub(super) fn new(left: Tensor<F>, right: Tensor<F>, layouts: [Layout; 2]) -> Option<Self> {
        let plan = Plan::new(left.shape_value(), right.shape_value(), layouts[0], layouts[1]).ok()?;
        Some(Self { plan, left, right })
    }

    pub(super) fn shape(&self) -> &Shape {
        &self.plan.shape
    }

    /// Writes all elements of the result.
    pub(crate) fn write(&self, out: &mut [F]) {
        self.plan.run(self.left.as_slice(), self.right.as_slice(), out);
    }
}

/// The sizes of a product and how its stacks of matrices are walked.
struct Plan {
    rows: usize,
    inner: usize,
    columns: usize,
    layouts: [Layout; 2],
    stack: Shape,
    /// Steps of each factor from matrix to matrix, in matrices.
    steps: [Shape; 2],
    shape: Shape,
}

impl Plan {
    fn new(left: &Shape, right: &Shape, left_layout: Layout, right_layout: Layout) -> Result<Self> {
        let (Some((left_stack, [rows, inner])), Some((right_stack, [inner_right, columns]))) =
            (matrix(left, left_layout), matrix(right, right_layout))
        else {
            let message = format!("expected two matrices or stacks of them, found shapes {left} and {right}");
            return Err(Error::new(ErrorKind::Shape, "matmul", message));
        };
        if inner != inner_right {
            let message = format!(
                "shapes {left} and {right} do not multiply: {inner} columns meet {inner_right} rows{}",
                if right_layout == Layout::Transposed { " (the second is transposed)" } else { "" }
            );
            return Err(Error::new(ErrorKind::Shape, "matmul", message));
        }
        let Some(stack) = left_stack.broadcast(&right_stack) else {
            let message = format!("leading axes of shapes {left} and {right} do not broadcast");
            return Err(Error::new(ErrorKind::Shape, "matmul", message));
        };
        let steps = [left_stack.strides_as(&stack), right_stack.strides_as(&stack)];
        let shape = stack.iter().copied().chain([rows, columns]).collect();
        Ok(Self { rows, inner, columns, layouts: [left_layout, right_layout], stack, steps, shape })
    }

    fn run<F: Float>(&self, left: &[F], right: &[F], out: &mut [F]) {
        let Self { rows, inner, columns, layouts, .. } = *self;
        // A stack of row vectors times one matrix is one product with more rows.
        if self.steps[1].iter().all(|&step| step == 0) && layouts[0] == Layout::Plain && self.left_is_dense() {
            let rows = rows * self.stack.count();
            return F::matmul(Product {
                rows,
                inner,
                columns,
                left: (left, layouts[0]),
                right: (right, layouts[1]),
                out,
            });
        }
        let (left_size, right_size) = (rows * inner, inner * columns);
        for (at, out) in out.chunks_exact_mut((rows * columns).max(1)).enumerate() {
            let [l, r] = self.positions(at);
            F::matmul(Product {
                rows,
                inner,
                columns,
                left: (&left[l * left_size..][..left_size], layouts[0]),
                right: (&right[r * right_size..][..right_size], layouts[1]),
                out,
            });
        }
    }

    fn left_is_dense(&self) -> bool {
        let dense = self.stack.strides();
        self.stack.iter().zip(dense.iter().zip(self.steps[0].iter())).all(|(&size, (a, b))| size == 1 || a == b)
    }

    /// The matrices of both factors that make matrix `at` of the result.
    fn positions(&self, at: usize) -> [usize; 2] {
        let dense = self.stack.strides();
        self.steps
            .map(|steps| (0..self.stack.rank()).map(|axis| at / dense[axis] % self.stack[axis] * steps[axis]).sum())
    }
}

/// The stack's shape, and the rows and columns of one matrix as it is read.
fn matrix(shape: &Shape, layout: Layout) -> Option<(Shape, [usize; 2])> {
    let split = shape.rank().checked_sub(2)?;
    let [rows, columns] = [shape[split], shape[split + 1]];
    let sizes = if layout == Layout::Plain { [rows, columns] } else { [columns, rows] };
    Some((Shape::from(&shape[..split]), sizes))
}
