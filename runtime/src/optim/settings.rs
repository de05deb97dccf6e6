//! The settings that rules have in common, as methods with the same words.

/// The methods of a rule for some of its fields.
macro_rules! settings {
    ($rule:ident: $($setting:ident),+) => {
        impl $rule {
            $($crate::optim::settings::setting!($setting, $rule);)+
        }
    };
}

macro_rules! setting {
    (learning_rate, $rule:ident) => {
        /// The learning rate.
        pub fn learning_rate(&self) -> f64 {
            self.learning_rate
        }

        /// Changes the learning rate, also during training: the state stays valid.
        ///
        /// # Panics
        ///
        /// When it is negative or not finite.
        #[track_caller]
        #[doc(alias = "adjust")]
        pub fn set_learning_rate(&mut self, learning_rate: f64) {
            $crate::optim::demand_not_negative(stringify!($rule), "learning rate", learning_rate);
            self.learning_rate = learning_rate;
        }
    };
    (betas, $rule:ident) => {
        /// How much of themselves the running means of the gradient and of its size keep in a step.
        ///
        /// # Panics
        ///
        /// When one is outside of `[0, 1)`.
        #[must_use]
        #[track_caller]
        #[doc(alias = "beta1")]
        #[doc(alias = "beta2")]
        pub fn betas(self, first: f64, second: f64) -> Self {
            $crate::optim::demand_fraction(stringify!($rule), "first beta", first);
            $crate::optim::demand_fraction(stringify!($rule), "second beta", second);
            Self { betas: [first, second], ..self }
        }
    };
    (epsilon, $rule:ident) => {
        /// The constant that keeps the divisor from zero.
        ///
        /// # Panics
        ///
        /// When it is not finite, or below the smallest normal number of f32 (1.2e-38).
        #[must_use]
        #[track_caller]
        #[doc(alias = "eps")]
        pub fn epsilon(self, epsilon: f64) -> Self {
            let normal = epsilon >= f32::MIN_POSITIVE.into();
            $crate::optim::demand(stringify!($rule), "epsilon", epsilon, normal, "finite and at least 1.2e-38");
            Self { epsilon, ..self }
        }
    };
    (weight_decay, $rule:ident) => {
        /// Adds `weight_decay` times the parameter to the gradient.
        ///
        /// # Panics
        ///
        /// When `weight_decay` is negative or not finite.
        #[must_use]
        #[track_caller]
        #[doc(alias = "l2")]
        pub fn weight_decay(self, weight_decay: f64) -> Self {
            $crate::optim::demand_not_negative(stringify!($rule), "weight decay", weight_decay);
            Self { weight_decay, ..self }
        }
    };
    (decoupled_weight_decay, $rule:ident) => {
        /// The fraction of the parameter, times the learning rate, that each step takes away.
        ///
        /// # Panics
        ///
        /// When `weight_decay` is negative or not finite.
        #[must_use]
        #[track_caller]
        pub fn weight_decay(self, weight_decay: f64) -> Self {
            $crate::optim::demand_not_negative(stringify!($rule), "weight decay", weight_decay);
            Self { weight_decay, ..self }
        }
    };
    (decay, $rule:ident) => {
        /// How much of themselves the running means keep in a step.
        ///
        /// # Panics
        ///
        /// When it is outside of `[0, 1)`.
        #[must_use]
        #[track_caller]
        #[doc(alias = "rho")]
        #[doc(alias = "alpha")]
        pub fn decay(self, decay: f64) -> Self {
            $crate::optim::demand_fraction(stringify!($rule), "decay", decay);
            Self { decay, ..self }
        }
    };
}

pub(super) use {setting, settings};
