//! The plan of the runtime, from the text by which generated code would make it.

use crate::machine::run_loop;
use crate::recurrent::plan;
use crate::recurrent::plan::describe::describe;
use crate::recurrent::typed::Cell;
use recurve::__private::scan::{self, Kernels, PlanText};

/// Plans live as long as the program, as those of generated code do.
pub(crate) fn build(cell: &Cell, plan: &plan::Plan) -> (&'static recurve::Plan, Kernels<f64>) {
    let lines: Vec<&'static str> = describe(plan, cell).into_iter().map(|line| &*line.leak()).collect();
    let text: &'static PlanText = Box::leak(Box::new(PlanText::new(lines.leak())));
    let loops = plan.kernels.clone();
    let kernels = move |at: usize, call: scan::Call<'_, f64>| {
        call.each_row(|inputs, outputs| run_loop(&loops[at], inputs, outputs))
    };
    (text.plan(), Box::leak(Box::new(kernels)))
}
