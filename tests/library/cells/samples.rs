//! Cells for the tests, each with random weights, inputs and initial states whose gradients can be asked for.

use crate::support::{random, rng};
use recurve::{
    Cell, Gru, GruState, Module, Param, Result, State, Tensor, TensorMapper, TensorVisitor, Tensors, check_batch,
    check_shape, value_and_grad,
};

/// A cell with 2 input features and 3 hidden units, and data for it as parameters.
pub(super) trait Sample: Cell {
    type Leaves: Module;

    fn sample(steps: usize, batch: usize, seed: u64) -> (Self, Self::Leaves);
    fn inputs(leaves: &Self::Leaves) -> Self::Input;
    fn state(leaves: &Self::Leaves) -> Self::State;
}

fn leaf(shape: &[usize], seed: u64) -> Param<f64> {
    Param::new(random(shape, seed) * 0.6)
}

/// The same cell with all parameters drawn anew, the biases too.
pub(super) fn dense<M: Module>(model: &M, seed: u64) -> Result<M> {
    let (flat, restructure) = model.flatten::<f64>()?;
    restructure.restructure(&(random(flat.shape(), seed) * 0.6))
}

impl Sample for Gru<f64> {
    type Leaves = (Param<f64>, Param<f64>);

    fn sample(steps: usize, batch: usize, seed: u64) -> (Self, Self::Leaves) {
        let gru = dense(&Gru::with_dtype(2, 3, &mut rng(seed)), seed + 100).expect("a flat vector fits");
        (gru, (leaf(&[steps, batch, 2], seed + 200), leaf(&[batch, 3], seed + 300)))
    }

    fn inputs(leaves: &Self::Leaves) -> Tensor<f64> {
        leaves.0.get()
    }

    fn state(leaves: &Self::Leaves) -> GruState<f64> {
        GruState { h: leaves.1.get() }
    }
}

/// Two states, gates stacked in one weight: i, f, g, o.
#[derive(Module)]
pub(super) struct Lstm {
    pub(super) w: Param<f64>,
    pub(super) u: Param<f64>,
    pub(super) b: Param<f64>,
}

#[derive(State)]
pub(super) struct LstmState {
    h: Tensor<f64>,
    c: Tensor<f64>,
}

impl Lstm {
    pub(super) fn random(input: usize, hidden: usize, seed: u64) -> Self {
        let gates = 4 * hidden;
        Self { w: leaf(&[gates, input], seed), u: leaf(&[gates, hidden], seed + 1), b: leaf(&[gates], seed + 2) }
    }
}

impl Cell for Lstm {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = LstmState;

    fn initial_state(&self, batch: usize) -> Result<LstmState> {
        let zeros = Tensor::zeros([batch, self.u.shape()[1]]);
        Ok(LstmState { h: zeros.clone(), c: zeros })
    }

    fn step(&self, x: &Tensor<f64>, LstmState { h, c }: LstmState) -> Result<(Tensor<f64>, LstmState)> {
        let batch = check_batch("Lstm", "x", x.shape(), self.w.shape()[1])?;
        for (name, state) in [("state.h", &h), ("state.c", &c)] {
            check_shape("Lstm", name, state.shape(), &[batch, self.u.shape()[1]])?;
        }
        let gates = x.matmul_transposed(&self.w.get()) + h.matmul_transposed(&self.u.get()) + self.b.get();
        let [i, f, g, o] = gates.split(1, 4).try_into().unwrap_or_else(|_| unreachable!("four gates"));
        let c = f.sigmoid() * c + i.sigmoid() * g.tanh();
        let h = o.sigmoid() * c.tanh();
        Ok((h.clone(), LstmState { h, c }))
    }
}

impl Sample for Lstm {
    type Leaves = (Param<f64>, (Param<f64>, Param<f64>));

    fn sample(steps: usize, batch: usize, seed: u64) -> (Self, Self::Leaves) {
        let states = (leaf(&[batch, 3], seed + 20), leaf(&[batch, 3], seed + 30));
        (Self::random(2, 3, seed), (leaf(&[steps, batch, 2], seed + 10), states))
    }

    fn inputs(leaves: &Self::Leaves) -> Tensor<f64> {
        leaves.0.get()
    }

    fn state(leaves: &Self::Leaves) -> LstmState {
        LstmState { h: leaves.1.0.get(), c: leaves.1.1.get() }
    }
}

/// Inputs, outputs and states that are tuples; `ln(dt)` has no derivative at the zeros that fill padding.
#[derive(Module)]
pub(super) struct Clocked {
    w: Param<f64>,
    u: Param<f64>,
    v: Param<f64>,
}

type Pair = (Tensor<f64>, Tensor<f64>);

impl Cell for Clocked {
    type Input = Pair; // x: [B, D], dt: [B]
    type Output = Pair; // [B, H], [B]
    type State = Pair; // [B, H] twice

    fn initial_state(&self, batch: usize) -> Result<Pair> {
        Ok((Tensor::zeros([batch, 3]), Tensor::ones([batch, 3])))
    }

    fn step(&self, (x, dt): &Pair, (fast, slow): Pair) -> Result<(Pair, Pair)> {
        let batch = check_batch("Clocked", "x.0", x.shape(), 2)?;
        check_shape("Clocked", "x.1", dt.shape(), &[batch])?;
        check_shape("Clocked", "state.0", fast.shape(), &[batch, 3])?;
        let time = dt.ln().unsqueeze(1);
        let sum = x.matmul_transposed(&self.w.get()) + fast.matmul_transposed(&self.u.get());
        let fast = (sum + &time * self.v.get()).tanh();
        let slow = slow * (-time).sigmoid() + &fast;
        Ok(((&fast * &slow, fast.sum_axes(1)), (fast, slow)))
    }
}

impl Sample for Clocked {
    type Leaves = ((Param<f64>, Param<f64>), (Param<f64>, Param<f64>));

    fn sample(steps: usize, batch: usize, seed: u64) -> (Self, Self::Leaves) {
        let cell = Self { w: leaf(&[3, 2], seed), u: leaf(&[3, 3], seed + 1), v: leaf(&[3], seed + 2) };
        let dt = Param::new(random(&[steps, batch], seed + 20).abs() + 1.5);
        let states = (leaf(&[batch, 3], seed + 30), leaf(&[batch, 3], seed + 40));
        (cell, ((leaf(&[steps, batch, 2], seed + 10), dt), states))
    }

    fn inputs(leaves: &Self::Leaves) -> Pair {
        (leaves.0.0.get(), leaves.0.1.get())
    }

    fn state(leaves: &Self::Leaves) -> Pair {
        (leaves.1.0.get(), leaves.1.1.get())
    }
}

/// No parameters and no real numbers: sums tokens, and says whether the sum is odd.
#[derive(Module)]
pub(super) struct Counter;

impl Cell for Counter {
    type Input = Tensor<usize>;
    type Output = (Tensor<usize>, Tensor<bool>);
    type State = (Tensor<usize>, Tensor<bool>);

    fn initial_state(&self, batch: usize) -> Result<Self::State> {
        Ok((Tensor::full([batch], 0), Tensor::full([batch], false)))
    }

    fn step(&self, x: &Tensor<usize>, (total, _): Self::State) -> Result<(Self::Output, Self::State)> {
        let sums = x.as_slice().iter().zip(total.as_slice()).map(|(x, total)| x + total).collect::<Vec<_>>();
        let odd: Vec<bool> = sums.iter().map(|sum| sum % 2 == 1).collect();
        let (sums, odd) = (Tensor::from(sums), Tensor::from(odd));
        let seen = Tensor::full([x.count()], true);
        Ok(((sums.clone(), odd), (sums, seen)))
    }
}

/// All gradients of a loss, in one vector.
pub(super) fn gradients<M: Module>(model: &M, loss: impl FnOnce(&M) -> Result<Tensor<f64>>) -> Result<Tensor<f64>> {
    value_and_grad(model, loss)?.1.flatten()
}

/// The sum of all elements of all tensors, each with its own random weight.
pub(super) fn weighted<V: Tensors>(value: &V, seed: u64) -> Tensor<f64> {
    let mut weighted = Weighted { sum: Tensor::scalar(0.0), seed: 1000 + 10 * seed };
    value.visit_tensors(&mut weighted);
    weighted.sum
}

struct Weighted {
    sum: Tensor<f64>,
    seed: u64,
}

impl TensorVisitor for Weighted {
    fn f32(&mut self, _: &Tensor<f32>) {
        unreachable!("the tests compute in f64")
    }
    fn f64(&mut self, tensor: &Tensor<f64>) {
        self.sum = &self.sum + (tensor * random(tensor.shape(), self.seed)).sum();
        self.seed += 1;
    }
    fn usize(&mut self, _: &Tensor<usize>) {}
    fn bool(&mut self, _: &Tensor<bool>) {}
}

/// A part of each tensor of a value.
pub(super) enum Cut<'a> {
    /// `[T, B, …]` → `[B, …]`.
    At(usize),
    /// `[T, B, …]` → `[length, 1, …]`: some steps of one sequence.
    Sequence { steps: &'a [usize], row: usize },
    /// `[B, …]` → `[1, …]`.
    Row(usize),
    /// `[T, B, …]` with another value where the mask `[T, B]` is false.
    Spoil { mask: &'a Tensor<bool>, value: f64 },
}

impl Cut<'_> {
    pub(super) fn of<V: Tensors>(mut self, value: &V) -> V {
        value.map_tensors(&mut self)
    }
}

impl TensorMapper for Cut<'_> {
    fn f32(&mut self, _: &Tensor<f32>) -> Tensor<f32> {
        unreachable!("the tests compute in f64")
    }
    fn f64(&mut self, tensor: &Tensor<f64>) -> Tensor<f64> {
        match self {
            Self::At(step) => tensor.select_index(0, *step),
            Self::Sequence { steps, row } => {
                let part = tensor.index_select(0, &Tensor::from(*steps)).expect("steps inside of the sequence");
                part.slice(1, *row..*row + 1)
            }
            Self::Row(row) => tensor.slice(0, *row..*row + 1),
            Self::Spoil { mask, value } => {
                let spoil = random(tensor.shape(), 0) * *value;
                let (shape, inner) = (tensor.shape(), tensor.shape()[2..].iter().product());
                let spread = mask.as_slice().iter().flat_map(|&valid| std::iter::repeat_n(valid, inner)).collect();
                tensor.select(&Tensor::from_vec(spread, shape).expect("one truth for each element"), &spoil)
            }
        }
    }
    fn usize(&mut self, tensor: &Tensor<usize>) -> Tensor<usize> {
        tensor.clone()
    }
    fn bool(&mut self, tensor: &Tensor<bool>) -> Tensor<bool> {
        tensor.clone()
    }
}
