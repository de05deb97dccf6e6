//! A cell that is right, or has one mistake.

use crate::support::random;
use recurve::{Cell, Module, Param, Result, Sequence, State, Tensor, check_batch, concat};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mistake {
    None,
    /// In the step.
    StateDetached,
    InputDetached,
    BatchMixed,
    /// In the scan.
    OutputOfStepBefore,
    OutputDetached,
    StateOfTheStart,
    StateIgnored,
    AlmostRight,
    EmptyWithoutShape,
    EmptyWithoutGradient,
    LengthsIgnored,
    PaddingFilled,
    EmptyWithGradient,
    /// In the loop over the steps.
    StepsScaled,
}

/// h' = tanh(w x + u h + b), from a learned start.
#[derive(Module)]
pub(super) struct Elman {
    w: Param<f64>,
    u: Param<f64>,
    pub(super) b: Param<f64>,
    pub(super) start: Param<f64>,
    #[module(skip)]
    mistake: Mistake,
}

#[derive(State)]
pub(super) struct ElmanState {
    h: Tensor<f64>,
}

impl Elman {
    /// 2 features, 3 units.
    pub(super) fn new(mistake: Mistake) -> Self {
        let [w, u, b] =
            [(&[3, 2][..], 1), (&[3, 3], 2), (&[3], 3)].map(|(shape, seed)| Param::new(random(shape, seed)));
        Self { w, u, b, start: Param::new(Tensor::from([0.1, -0.3, 0.2])), mistake }
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    fn scan_with_mistake(&self, inputs: Sequence<Tensor<f64>>, state: Option<ElmanState>) -> Result<Scanned> {
        let (steps, batch) = (inputs.steps(), inputs.batch());
        let start = match &state {
            Some(ElmanState { h }) => h.clone(),
            None => self.initial_state(batch)?.h,
        };
        let inputs = if self.has(Mistake::LengthsIgnored) { inputs.into_data().into() } else { inputs };
        let state = state.filter(|_| !self.has(Mistake::StateIgnored));
        let (ys, last) = plain_scan(self, inputs, state)?;
        Ok(match self.mistake {
            Mistake::OutputOfStepBefore if steps > 1 => {
                let before = concat(&[&start.unsqueeze(0), &ys.data().slice(0, 0..steps - 1)], 0)?;
                (before.into(), last)
            }
            Mistake::OutputDetached if steps * batch > 0 => (ys.data().detach().into(), last),
            Mistake::StateOfTheStart => (ys, ElmanState { h: start }),
            Mistake::AlmostRight => ((ys.data() * (1.0 + 1e-9)).into(), last),
            Mistake::EmptyWithoutShape if steps == 0 => (Tensor::zeros([0, batch, 1]).into(), last),
            Mistake::EmptyWithoutGradient if steps == 1 && batch == 0 => {
                (Tensor::zeros([steps, batch, 3]).into(), ElmanState { h: start })
            }
            Mistake::PaddingFilled if ys.lengths_slice().is_some() => ((ys.data() + padding(&ys)).into(), last),
            Mistake::EmptyWithGradient if steps == 0 => {
                let nothing = (self.w.get() - self.w.get().detach()).sum();
                (ys, ElmanState { h: last.h + nothing })
            }
            _ => (ys, last),
        })
    }
}

/// 1 where a sequence has no step.
fn padding(ys: &Sequence<Tensor<f64>>) -> Tensor<f64> {
    ys.mask_tensor().map_or(Tensor::scalar(0.0), |mask| mask.not().cast::<f64>().unsqueeze(2))
}

type Scanned = (Sequence<Tensor<f64>>, ElmanState);

/// The loop, whatever the cell says that it is.
fn plain_scan(cell: &Elman, inputs: Sequence<Tensor<f64>>, state: Option<ElmanState>) -> Result<Scanned> {
    Plain(cell).scan(inputs, state)
}

/// The same steps without a scan of their own.
struct Plain<'a>(&'a Elman);

impl Module for Plain<'_> {
    fn visit(&self, visitor: &mut dyn recurve::Visitor) {
        self.0.visit(visitor);
    }

    fn rebuild(&self, _: &mut dyn recurve::Mapper) -> Self {
        Self(self.0)
    }
}

impl Cell for Plain<'_> {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = ElmanState;

    fn initial_state(&self, batch: usize) -> Result<ElmanState> {
        self.0.initial_state(batch)
    }

    fn step(&self, x: &Tensor<f64>, state: ElmanState) -> Result<(Tensor<f64>, ElmanState)> {
        self.0.step(x, state)
    }
}

impl Cell for Elman {
    type Input = Tensor<f64>;
    type Output = Tensor<f64>;
    type State = ElmanState;

    fn initial_state(&self, batch: usize) -> Result<ElmanState> {
        Ok(ElmanState { h: self.start.get().broadcast_to([batch, 3]) })
    }

    fn step(&self, x: &Tensor<f64>, ElmanState { h }: ElmanState) -> Result<(Tensor<f64>, ElmanState)> {
        check_batch("Elman", "x", x.shape(), 2)?;
        let x = if self.has(Mistake::InputDetached) { x.detach() } else { x.clone() };
        let h = if self.has(Mistake::StateDetached) { h.detach() } else { h };
        let sum = x.matmul_transposed(&self.w.get()) + h.matmul_transposed(&self.u.get()) + self.b.get();
        let sum = if self.has(Mistake::BatchMixed) { &sum + sum.sum_keep(0) } else { sum };
        let h = sum.tanh();
        Ok((h.clone(), ElmanState { h }))
    }

    fn scan(&self, inputs: impl Into<Sequence<Tensor<f64>>>, state: impl Into<Option<ElmanState>>) -> Result<Scanned> {
        self.scan_with_mistake(inputs.into(), state.into())
    }

    fn scan_steps(
        &self,
        inputs: impl Into<Sequence<Tensor<f64>>>,
        state: impl Into<Option<ElmanState>>,
    ) -> Result<Scanned> {
        let (ys, state) = plain_scan(self, inputs.into(), state.into())?;
        let factor = if self.has(Mistake::StepsScaled) { 1.5 } else { 1.0 };
        Ok(((ys.data() * factor).into(), state))
    }
}
