//! What stands before `step`: shapes, initial values and the order of the fields.

use super::inference::Inference;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::place::Place;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{self, Declaration, ExpressionId, Members};
use crate::recurrent::typed::{Argument, Buffer, Field, Hyper, Initial, Op, Parameter, Shape, Start, State};
use proc_macro2::Ident;

/// The declarations of a cell. What had a mistake is missing.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) fields: Vec<Field>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) buffers: Vec<Buffer>,
    pub(super) hypers: Vec<Hyper>,
    pub(super) states: Vec<State>,
    pub(super) inputs: Vec<Argument>,
    pub(super) contexts: Vec<Argument>,
}

pub(super) fn read(inference: &mut Inference<'_>) -> Declared {
    let cell = inference.cell;
    let mut declared = Declared::default();
    for declaration in &cell.declarations {
        match declaration {
            Declaration::Parameter(members) => declared.parameters(inference, members),
            Declaration::Buffer(members) => declared.buffers(inference, members),
            Declaration::Hyper { name, value, .. } => declared.hyper(inference, name, *value),
            Declaration::State { name, shape, start, .. } => declared.state(inference, name, shape, start.as_ref()),
            Declaration::Context { name, shape, .. } => {
                let shape = inference.vector_or_scalar(shape, |text, long| messages::matrix_context(name, text, long));
                inference.contexts.push(shape.clone());
                declared.contexts.extend(argument(name, shape));
            }
            Declaration::Helper { .. } => {}
        }
    }
    for input in &cell.step.inputs {
        let name = &input.name;
        let shape = inference.vector_or_scalar(&input.shape, |text, long| messages::matrix_input(name, text, long));
        inference.inputs.push(shape.clone());
        declared.inputs.extend(argument(name, shape));
    }
    declared
}

/// Says which dimensions have no array whose axis they are. Only for cells without mistakes, whose shapes are all known.
pub(super) fn check_dimensions(inference: &mut Inference<'_>, declared: &Declared) {
    let (cell, names) = (inference.cell, inference.names);
    for (argument, mentioned) in cell.header.iter().zip(inference.mentioned.clone()) {
        if !mentioned {
            let place = Place::from(&argument.name).to(&argument.dimension);
            inference.error(place, messages::dimension_in_no_shape(&argument.dimension));
        }
    }
    for (at, name) in names.dimensions.iter().enumerate().skip(cell.header.len()) {
        let axes = declared.contexts.iter().flat_map(|context| &context.shape);
        if !axes.into_iter().any(|axis| axis.is_dimension(at)) {
            inference.error(Place::from(*name), messages::dimension_never_alone(name));
        }
    }
}

impl Declared {
    fn parameters(&mut self, inference: &mut Inference<'_>, members: &Members) {
        let shape = inference.shape(&members.shape);
        let initial = inference.initial(&members.initialiser, shape.as_deref());
        for name in &members.names {
            inference.parameters.push(shape.clone());
            inference.parameter_numbers.push(self.parameters.len());
            self.parameter(bare(name), shape.clone(), initial.clone(), members.optional);
        }
    }

    fn parameter(&mut self, name: String, shape: Option<Shape>, initial: Option<Initial>, optional: bool) {
        let (Some(shape), Some(initial)) = (shape, initial) else { return };
        self.fields.push(Field::Parameter(self.parameters.len()));
        self.parameters.push(Parameter { name, shape, initial, optional });
    }

    fn buffers(&mut self, inference: &mut Inference<'_>, members: &Members) {
        let shape = inference.shape(&members.shape);
        let initial = inference.initial(&members.initialiser, shape.as_deref());
        for name in &members.names {
            inference.buffers.push(shape.clone());
            let (Some(shape), Some(initial)) = (shape.clone(), initial.clone()) else { continue };
            self.fields.push(Field::Buffer(self.buffers.len()));
            self.buffers.push(Buffer { name: bare(name), shape, initial });
        }
    }

    fn hyper(&mut self, inference: &mut Inference<'_>, name: &Ident, value: ExpressionId) {
        let Some(operand) = inference.evaluate_one(value) else { return };
        let Op::Number(number) = inference.node(operand.node).op else {
            let text = inference.text(value);
            return inference.error(inference.place(value), messages::hyper_not_a_number(name, text));
        };
        if !number.is_finite() {
            let text = inference.text(value);
            return inference.error(inference.place(value), messages::hyper_not_finite(name, text));
        }
        // no formula reads it by its node
        inference.forget(operand.node);
        self.fields.push(Field::Hyper(self.hypers.len()));
        self.hypers.push(Hyper { name: bare(name), value: number });
    }

    fn state(
        &mut self,
        inference: &mut Inference<'_>,
        name: &Ident,
        shape: &syntax::Shape,
        start: Option<&syntax::Start>,
    ) {
        let shape = inference.vector_or_scalar(shape, |text, long| messages::matrix_state(name, text, long));
        inference.states.push(shape.clone());
        let start = match start {
            None => Some(Start::Zeros),
            Some(syntax::Start::Fixed(initialiser)) => inference.fixed_start(initialiser),
            Some(syntax::Start::Learned { initialiser, .. }) => {
                let number = self.parameters.len();
                let initial = match initialiser {
                    None => Some(Initial::Zeros),
                    Some(initialiser) => inference.initial(initialiser, shape.as_deref()),
                };
                self.parameter(format!("initial_{}", bare(name)), shape.clone(), initial, false);
                Some(Start::Learned(number))
            }
        };
        let (Some(shape), Some(start)) = (shape, start) else { return };
        self.states.push(State { name: bare(name), shape, start });
    }
}

impl Inference<'_> {
    /// The shape of something that each example has its own of.
    fn vector_or_scalar(&mut self, shape: &syntax::Shape, message: impl FnOnce(&str, &str) -> String) -> Option<Shape> {
        let axes = self.shape(shape)?;
        if let [rows, columns] = axes.as_slice() {
            let long = rows.times(columns).map_or_else(|| "…".to_owned(), |long| self.dim_text(&long));
            self.error(shape.place, message(&self.shape_text(&axes), &long));
            return None;
        }
        Some(axes)
    }
}

fn argument(name: &Ident, shape: Option<Shape>) -> Option<Argument> {
    Some(Argument { name: bare(name), shape: shape? })
}
