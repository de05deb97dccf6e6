//! The state of one parameter, and the step of one parameter.

use super::Rule;
use super::pass::{self, Due};
use crate::array::element::Float;
use crate::autodiff::Gradients;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{AnyParam, Id, Parameter, ParameterMut};
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};
use crate::tensors::{TensorMapper, TensorVisitor, Tensors};

/// The state of one parameter, in the parameter's element type.
pub(crate) struct ParameterState<R: Rule> {
    pub(super) id: Id,
    pub(super) path: String,
    pub(super) aliases: Vec<String>,
    /// The place of the rule in the optimiser's list.
    pub(super) rule: usize,
    pub(super) frozen: bool,
    /// Why no rule is known for the parameter, which was frozen in the model at setup.
    pub(super) refusal: Option<Error>,
    /// `None` as long as the parameter has been frozen in the model since setup.
    pub(super) state: Option<AnyState<R>>,
}

pub(super) enum AnyState<R: Rule> {
    F32(R::State<f32>),
    F64(R::State<f64>),
}

impl<R: Rule> ParameterState<R> {
    /// A place for the state of a parameter that is stepped by the rule with this number, if there is one.
    pub(super) fn new(rule: Result<usize>, parameter: &Parameter) -> Self {
        let (path, aliases) = (parameter.path().to_owned(), parameter.aliases().to_vec());
        let (rule, refusal) = rule.map_or_else(|refusal| (0, Some(refusal)), |rule| (rule, None));
        Self { id: parameter.id(), path, aliases, rule, frozen: false, refusal, state: None }
    }

    /// Makes the state, if it is not there yet.
    pub(super) fn start(&mut self, rule: &R, param: &AnyParam) {
        self.state.get_or_insert_with(|| match param {
            AnyParam::F32(param) => AnyState::F32(rule.init(&param.stored())),
            AnyParam::F64(param) => AnyState::F64(rule.init(&param.stored())),
        });
    }

    pub(super) fn has_started(&self) -> bool {
        self.state.is_some()
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// The first path of the parameter in the model of `setup`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen
    }

    pub(crate) fn visit_tensors(&self, visitor: &mut dyn TensorVisitor) {
        match &self.state {
            None => {}
            Some(AnyState::F32(state)) => state.visit_tensors(visitor),
            Some(AnyState::F64(state)) => state.visit_tensors(visitor),
        }
    }

    /// The state of the same parameter with the tensors that `mapper` makes.
    pub(crate) fn mapped(&self, mapper: &mut dyn TensorMapper, frozen: bool) -> Self {
        let state = self.state.as_ref().map(|state| match state {
            AnyState::F32(state) => AnyState::F32(state.map_tensors(mapper)),
            AnyState::F64(state) => AnyState::F64(state.map_tensors(mapper)),
        });
        let (path, aliases) = (self.path.clone(), self.aliases.clone());
        let refusal = self.refusal.clone();
        Self { id: self.id, path, aliases, rule: self.rule, frozen, refusal, state }
    }

    /// Whether the state is one of this rule.
    pub(super) fn belongs_to(&self, rule: &R) -> bool {
        match &self.state {
            None => true,
            Some(AnyState::F32(state)) => rule.accepts(state),
            Some(AnyState::F64(state)) => rule.accepts(state),
        }
    }

    /// The gradient to step by now, if any.
    pub(super) fn gather(&mut self, rule: &R, gradient: &AnyTensor) -> Option<AnyTensor> {
        match (&mut self.state, gradient) {
            (Some(AnyState::F32(state)), AnyTensor::F32(gradient)) => rule.gather(state, gradient).map(AnyTensor::F32),
            (Some(AnyState::F64(state)), AnyTensor::F64(gradient)) => rule.gather(state, gradient).map(AnyTensor::F64),
            _ => unreachable!("a state is made for its parameter before a step, and the gradient was checked"),
        }
    }

    /// Steps the parameter of this state by a gradient that fits it.
    pub(super) fn step(&mut self, rule: &R, param: &AnyParam, gradient: AnyTensor, global_norm: Option<f64>) {
        pass::run(vec![Due { state: self, rule, param, gradient }], global_norm);
    }
}

/// The error for a gradient with an element that is infinite or not a number.
pub(super) fn not_finite(path: &str, gradient: &AnyTensor) -> Error {
    let (at, value) = each_type!(gradient, gradient => first_not_finite(gradient));
    let message = format!("the gradient is not finite, found {value} at {at:?}; nothing was changed");
    Error::new(ErrorKind::Gradient, path.to_owned(), message)
}

fn first_not_finite<F: Float>(gradient: &Tensor<F>) -> (Vec<usize>, f64) {
    let flat = gradient.as_slice().iter().position(|v| !v.is_finite()).unwrap_or_default();
    (gradient.position(flat), gradient.as_slice()[flat].to_f64())
}

/// The state of one parameter with its rule, from [`Optimizer::states_mut`](super::Optimizer::states_mut).
pub struct StateMut<'a, R: Rule> {
    pub(super) rule: &'a R,
    pub(super) state: &'a mut ParameterState<R>,
}

impl<R: Rule> StateMut<'_, R> {
    /// The first path of the parameter in the model that the optimiser was set up for.
    pub fn path(&self) -> &str {
        &self.state.path
    }

    /// The identity of the parameter.
    pub fn id(&self) -> Id {
        self.state.id
    }

    /// Steps `parameter` by one gradient: an ndarray of any layout, or a tensor, in the parameter's shape. A parameter
    /// that is frozen in the optimiser stays.
    ///
    /// # Errors
    ///
    /// When this is the state of another parameter, when the gradient's shape or element type differs or it is not
    /// finite, and when the rule needs the norm of all gradients. The parameter and the state are unchanged then.
    pub fn update(self, parameter: ParameterMut<'_>, gradient: impl Into<AnyTensor>) -> Result<()> {
        let (gradient, path) = (gradient.into(), parameter.path());
        if parameter.id() != self.id() {
            let message = format!(
                "expected the state of this parameter, found that of `{}`; states and parameters run in step as long as \
                 the same parameters are frozen as at `setup`, so leave out the states of the others",
                self.path()
            );
            return Err(Error::new(ErrorKind::Name, path.to_owned(), message));
        }
        if self.rule.uses_global_norm() {
            let message = "`ClipGlobalNorm` needs the gradients of all parameters, and one state sees one; make them a \
                           `Gradients` (`Gradients::from_list`) and call `Optimizer::update`";
            return Err(Error::new(ErrorKind::Gradient, path.to_owned(), message));
        }
        Gradients::check_fit(path, parameter.shape(), parameter.dtype(), &gradient)?;
        if !gradient.is_finite() {
            return Err(not_finite(path, &gradient));
        }
        if self.state.frozen {
            return Ok(());
        }
        parameter.handle().check_not_lent(path)?;
        if let Some(gradient) = self.state.gather(self.rule, &gradient) {
            self.state.step(self.rule, parameter.handle(), gradient, None);
        }
        Ok(())
    }
}

impl<R: Rule> std::fmt::Debug for StateMut<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateMut").field("path", &self.path()).finish_non_exhaustive()
    }
}
