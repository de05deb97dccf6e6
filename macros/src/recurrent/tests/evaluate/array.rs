//! Small arrays of rank 0, 1 and 2.

/// The sizes of the axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Scalar,
    Vector(usize),
    Matrix(usize, usize),
}

/// Numbers in rows; a mask has 1 where it is true and 0 elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Shape,
    pub(crate) data: Vec<f64>,
}

impl Shape {
    pub(crate) fn of(axes: &[usize]) -> Self {
        match axes {
            [] => Self::Scalar,
            [n] => Self::Vector(*n),
            [m, n] => Self::Matrix(*m, *n),
            _ => unreachable!("values have at most two axes"),
        }
    }

    pub(crate) fn axes(self) -> Vec<usize> {
        match self {
            Self::Scalar => Vec::new(),
            Self::Vector(n) => vec![n],
            Self::Matrix(m, n) => vec![m, n],
        }
    }

    pub(crate) fn len(self) -> usize {
        match self {
            Self::Scalar => 1,
            Self::Vector(n) => n,
            Self::Matrix(m, n) => m * n,
        }
    }

    /// The number of rows and their length; a vector is one row.
    fn rows(self) -> (usize, usize) {
        match self {
            Self::Scalar => unreachable!("a scalar has no rows"),
            Self::Vector(n) => (1, n),
            Self::Matrix(m, n) => (m, n),
        }
    }

    /// What is left without the last axis.
    fn without_last(self) -> Self {
        match self {
            Self::Scalar => unreachable!("a scalar has no last axis"),
            Self::Vector(_) => Self::Scalar,
            Self::Matrix(m, _) => Self::Vector(m),
        }
    }
}

impl Array {
    pub(crate) fn new(shape: Shape, data: Vec<f64>) -> Self {
        assert_eq!(shape.len(), data.len(), "the data fill the shape {shape:?}");
        Self { shape, data }
    }

    pub(crate) fn scalar(value: f64) -> Self {
        Self { shape: Shape::Scalar, data: vec![value] }
    }

    pub(crate) fn filled(shape: Shape, value: f64) -> Self {
        Self { shape, data: vec![value; shape.len()] }
    }

    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self { shape: self.shape, data: self.data.iter().map(|x| f(*x)).collect() }
    }

    /// Element by element; scalars stretch, and nothing else does.
    pub(crate) fn zip(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let shape = common(self.shape, other.shape);
        Self { shape, data: (0..shape.len()).map(|i| f(self.stretched(i), other.stretched(i))).collect() }
    }

    /// The element of a select.
    pub(crate) fn select(&self, first: &Self, second: &Self) -> Self {
        let shape = common(common(self.shape, first.shape), second.shape);
        let element = |i| if self.stretched(i) != 0.0 { first.stretched(i) } else { second.stretched(i) };
        Self { shape, data: (0..shape.len()).map(element).collect() }
    }

    fn stretched(&self, at: usize) -> f64 {
        match self.shape {
            Shape::Scalar => self.data[0],
            Shape::Vector(_) | Shape::Matrix(_, _) => self.data[at],
        }
    }

    /// One number for each row.
    pub(crate) fn reduce(&self, f: impl Fn(&[f64]) -> f64) -> Self {
        let (_, length) = self.shape.rows();
        Self { shape: self.shape.without_last(), data: self.data.chunks(length).map(f).collect() }
    }

    /// Another row for each row.
    pub(crate) fn map_rows(&self, f: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        let (_, length) = self.shape.rows();
        Self { shape: self.shape, data: self.data.chunks(length).flat_map(f).collect() }
    }

    /// Rows times columns; the other one may be a column.
    pub(crate) fn product(&self, other: &Self) -> Self {
        let Shape::Matrix(m, k) = self.shape else { unreachable!("the left factor of a product is a matrix") };
        let (shape, n) = match other.shape {
            Shape::Vector(rows) if rows == k => (Shape::Vector(m), 1),
            Shape::Matrix(rows, n) if rows == k => (Shape::Matrix(m, n), n),
            _ => panic!("{:?} and {:?} have no product", self.shape, other.shape),
        };
        let element = |at: usize| (0..k).map(|j| self.data[at / n * k + j] * other.data[j * n + at % n]).sum();
        Self { shape, data: (0..m * n).map(element).collect() }
    }

    pub(crate) fn dot(&self, other: &Self) -> Self {
        assert!(matches!(self.shape, Shape::Vector(_)) && self.shape == other.shape, "two vectors of one length");
        Self::scalar(self.data.iter().zip(&other.data).map(|(a, b)| a * b).sum())
    }

    pub(crate) fn outer(&self, other: &Self) -> Self {
        let (Shape::Vector(m), Shape::Vector(n)) = (self.shape, other.shape) else { panic!("two vectors") };
        let data = self.data.iter().flat_map(|a| other.data.iter().map(move |b| a * b)).collect();
        Self { shape: Shape::Matrix(m, n), data }
    }

    pub(crate) fn transpose(&self) -> Self {
        let Shape::Matrix(m, n) = self.shape else { panic!("a matrix, not {:?}", self.shape) };
        let data = (0..n).flat_map(|j| (0..m).map(move |i| (i, j))).map(|(i, j)| self.data[i * n + j]).collect();
        Self { shape: Shape::Matrix(n, m), data }
    }

    /// The vector on the diagonal, zeros elsewhere.
    pub(crate) fn diagonal(&self) -> Self {
        let Shape::Vector(n) = self.shape else { panic!("a vector, not {:?}", self.shape) };
        let mut data = vec![0.0; n * n];
        for (i, value) in self.data.iter().enumerate() {
            data[i * n + i] = *value;
        }
        Self { shape: Shape::Matrix(n, n), data }
    }

    pub(crate) fn slice(&self, start: usize, length: usize) -> Self {
        assert!(matches!(self.shape, Shape::Vector(_)), "a vector, not {:?}", self.shape);
        Self { shape: Shape::Vector(length), data: self.data[start..start + length].to_vec() }
    }

    /// One vector from vectors and scalars.
    pub(crate) fn concat<'a>(parts: impl Iterator<Item = &'a Self>) -> Self {
        let mut data = Vec::new();
        for part in parts {
            assert!(!matches!(part.shape, Shape::Matrix(_, _)), "vectors and scalars");
            data.extend_from_slice(&part.data);
        }
        Self { shape: Shape::Vector(data.len()), data }
    }
}

fn common(a: Shape, b: Shape) -> Shape {
    match (a, b) {
        (Shape::Scalar, other) | (other, Shape::Scalar) => other,
        (a, b) => {
            assert_eq!(a, b, "only scalars stretch");
            a
        }
    }
}
