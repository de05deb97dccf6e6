//! Rules that step each element by itself.

/// [`Rule`](super::Rule) for a rule with two functions of its own: `State::new` for the state of a parameter, and
/// `advance`, which counts a step and says what it does to each element and with which slices of the state.
macro_rules! elementwise {
    ($rule:ident, $state:ident $(, $rate:ident)?) => {
        impl $crate::optim::Rule for $rule {
            type State<F: $crate::Float> = $state<F>;

            fn init<F: $crate::Float>(&self, value: &$crate::Tensor<F>) -> $state<F> {
                self.start(value)
            }

            fn apply<F: $crate::Float>(
                &self,
                state: &mut $state<F>,
                value: &[F],
                step: &mut [F],
                scope: &$crate::optim::Scope<'_>,
            ) {
                let (update, slots) = self.advance(state, scope);
                F::make_step(value, step, update.passes(slots).collect());
            }

            fn is_elementwise(&self) -> bool {
                true
            }

            fn passes<'a, F: $crate::Float>(
                &self,
                state: &'a mut $state<F>,
                scope: &$crate::optim::Scope<'_>,
                found: &mut Vec<$crate::array::kernels::Pass<'a, F>>,
            ) {
                let (update, slots) = self.advance(state, scope);
                found.extend(update.passes(slots));
            }

            $(fn visit_learning_rates(&mut self, visit: &mut dyn FnMut(&mut f64)) {
                visit(&mut self.$rate);
            })?
        }
    };
}

pub(super) use elementwise;
