//! Cells in a file where every name is taken, and of every visibility.

#[allow(unused_imports)]
use super::shadowed::*;

::recurve::recurrent! {
    /// All kinds of declarations.
    #[must_use]
    pub cell Public(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        /// Not always there.
        param b: [H]? = constant(1 / H);
        param W_long, r#type: [H] = uniform(-pi, pi);
        buffer mask: [H, H] = identity;
        hyper rate = 0.5;
        state h: [H] = learned;
        state m: [] = constant(-2);
        context c: [K];
        context both: [D + K];
        fn gate(a) = sigmoid(a) * rate;

        step(x: [D], dt: []) -> (first: [H], []) {
            let state = gate(w @ x + mask @ h + b + W_long * r#type);
            let (left, right) = split(concat(state, state), 2);
            let batch = select(left > right && !(dt < 0), left, right * exp(-rate / H));
            m = m + sum(c) * sum(both) * dt + clamp(m, -rate, 2);
            h = stop_gradient(batch) * m + h * dt;
            (h, norm(h))
        }
    }

    /// Sizes that no field tells, and no state.
    pub(crate) cell Restricted(input: D, output: E) {
        param w: [D * E] = normal(0.1);

        step(x: [D]) -> [E] {
            identity(E) @ (sum(w[..E]) + sum(x) * transpose(identity(E)) @ w[..E])
        }
    }

    cell Private(size: N) {
        step(x: [N]) -> [N] {
            x
        }
    }
}

::recurve::recurrent! {
    #[deprecated]
    #[allow(non_camel_case_types)]
    pub(super) cell old_one(size: N) {
        param w: [N] = ones;
        state h: [N];

        step(x: [N]) -> [N] {
            h = h + w * x;
            h
        }
    }

    #[cfg(any())]
    pub cell Absent(size: N) {
        state h: [N];

        step(x: [N]) -> [N] {
            h = h + x;
            h
        }
    }
}

macro_rules! cell_of_a_macro {
    ($name:ident, $weight:ident, $function:ident) => {
        ::recurve::recurrent! {
            /// From a macro.
            pub(crate) cell $name(size: N) {
                param $weight: [N, N] = zeros;
                param of_the_macro: [N] = zeros;
                state h: [N];

                step(x: [N]) -> [N] {
                    h = $function($weight @ x + of_the_macro * h);
                    h
                }
            }
        }
    };
}

cell_of_a_macro!(FromAMacro, of_the_caller, tanh);

fn generator() -> ::recurve::rand::rngs::StdRng {
    ::recurve::rand::SeedableRng::seed_from_u64(1)
}

pub(crate) fn local() {
    ::recurve::recurrent! {
        /// Inside of a function.
        cell Local(size: N) {
            state h: [N];

            step(x: [N]) -> [N] {
                h = h + x;
                h
            }
        }
    }
    ::recurve::Cell::initial_state(&Local::new(2, &mut generator()), 3).unwrap();
}
