//! Tuples of rules as chains.

use super::{Link, Rule, Scope};
use crate::array::element::Float;
use crate::array::kernels::Pass;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// The empty chain: the step is the gradient.
impl Rule for () {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], _: &mut [F], _: &Scope<'_>) {}

    fn is_elementwise(&self) -> bool {
        true
    }

    fn links(&self, _: &mut Vec<Link>) {}

    fn name(&self) -> String {
        in_tuple(&[])
    }
}

macro_rules! chain {
    ($($rule:ident $at:tt),+) => {
        /// A chain, in the order of the tuple.
        impl<$($rule: Rule),+> Rule for ($($rule,)+) {
            type State<F: Float> = ($($rule::State<F>,)+);

            fn init<F: Float>(&self, value: &Tensor<F>) -> Self::State<F> {
                ($(self.$at.init(value),)+)
            }

            fn apply<F: Float>(&self, state: &mut Self::State<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
                $(self.$at.apply(&mut state.$at, value, step, scope);)+
            }

            fn gather<F: Float>(&self, state: &mut Self::State<F>, gradient: &Tensor<F>) -> Option<Tensor<F>> {
                self.0.gather(&mut state.0, gradient)
            }

            fn gathers(&self) -> bool {
                self.0.gathers()
            }

            fn uses_global_norm(&self) -> bool {
                $(self.$at.uses_global_norm())||+
            }

            fn visit_learning_rates(&mut self, visit: &mut dyn FnMut(&mut f64)) {
                $(self.$at.visit_learning_rates(visit);)+
            }

            fn accepts<F: Float>(&self, state: &Self::State<F>) -> bool {
                $(self.$at.accepts(&state.$at))&&+
            }

            fn is_elementwise(&self) -> bool {
                $(self.$at.is_elementwise())&&+
            }

            fn passes<'a, F: Float>(
                &self,
                state: &'a mut Self::State<F>,
                scope: &Scope<'_>,
                found: &mut Vec<Pass<'a, F>>,
            ) {
                $(self.$at.passes(&mut state.$at, scope, found);)+
            }

            fn links(&self, found: &mut Vec<Link>) {
                $(self.$at.links(found);)+
            }

            fn name(&self) -> String {
                in_tuple(&[$(self.$at.name()),+])
            }
        }
    };
}

chain!(A 0);
chain!(A 0, B 1);
chain!(A 0, B 1, C 2);
chain!(A 0, B 1, C 2, D 3);
chain!(A 0, B 1, C 2, D 3, E 4);
chain!(A 0, B 1, C 2, D 3, E 4, G 5);

/// The name of a chain of rules with these names.
fn in_tuple(names: &[String]) -> String {
    match names {
        [name] => format!("({name},)"),
        names => format!("({})", names.join(", ")),
    }
}

/// Refuses rules that cannot stand at their places in a chain.
pub(super) fn check(links: &[Link]) -> Result<()> {
    let gathering = usize::from(links.first().is_some_and(|link| link.gathers));
    for (at, link) in links.iter().enumerate() {
        if link.gathers && at > 0 {
            let message =
                "`Accumulate` takes gradients as they arrive, and must stand first in a chain, found it after";
            return Err(misplaced(message, at));
        }
        if link.uses_global_norm && at > gathering {
            let message = "the norm of all gradients is taken as they arrive, so `ClipGlobalNorm` must stand first in a \
                           chain, found it after";
            return Err(misplaced(message, at));
        }
    }
    Ok(())
}

fn misplaced(message: &str, at: usize) -> Error {
    let word = if at == 1 { "rule" } else { "rules" };
    Error::new(ErrorKind::Value, "setup", format!("{message} {at} other {word}; move it to the front"))
}
