//! Tuples of rules as chains.

use super::{Rule, Scope};
use crate::array::element::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// The empty chain: the step is the gradient.
impl Rule for () {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], _: &mut [F], _: &Scope<'_>) {}
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

            fn uses_global_norm(&self) -> bool {
                self.0.uses_global_norm()
            }

            fn check(&self) -> Result<()> {
                $(check_link(&self.$at, $at)?;)+
                Ok(())
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

/// Refuses a rule that cannot stand at its place in a chain.
fn check_link(rule: &impl Rule, at: usize) -> Result<()> {
    if at > 0 && rule.uses_global_norm() {
        let message = format!(
            "the norm of all gradients is taken as they arrive, so `ClipGlobalNorm` must stand first in a chain, found \
             it after {at} other {}; move it to the front",
            if at == 1 { "rule" } else { "rules" },
        );
        return Err(Error::new(ErrorKind::Value, "setup", message));
    }
    rule.check()
}
