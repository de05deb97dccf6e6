//! What a workload takes by counting.

/// What one call computes and moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Additions and multiplications of the products, forward and back.
    pub(crate) flops: f64,
    /// Evaluations of tanh, sigmoid and exp.
    pub(crate) transcendentals: f64,
    /// What must come from memory and go there.
    pub(crate) bytes: f64,
}

/// The time in seconds that a call may take, where `rate` is that of the product in flop/s, with the same threads.
pub(crate) fn bound(cost: &Cost, rate: f64, threads: usize) -> f64 {
    const SECONDS_OF_TRANSCENDENTAL: f64 = 1e-9;
    const BYTES_PER_SECOND: f64 = 30e9;
    const ALLOWANCE: f64 = 1.6;
    let elementary = cost.transcendentals * SECONDS_OF_TRANSCENDENTAL / threads as f64;
    ALLOWANCE * (cost.flops / rate + elementary + cost.bytes / BYTES_PER_SECOND)
}

/// Sizes of a gated cell and of the linear layer behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) steps: usize,
    pub(crate) batch: usize,
    pub(crate) input: usize,
    pub(crate) hidden: usize,
    /// What the linear layer gives.
    pub(crate) outputs: usize,
}

impl Sizes {
    /// The rows that all steps together have.
    pub(crate) fn rows(self) -> usize {
        self.steps * self.batch
    }

    /// Flops of the products with the inputs and with the states, once over all rows, for a cell of so many gates.
    fn products(self, gates: usize) -> [f64; 2] {
        let each = (2 * self.rows() * gates * self.hidden) as f64;
        [each * self.input as f64, each * self.hidden as f64]
    }

    fn weights(self, gates: usize) -> f64 {
        (gates * self.hidden * (self.input + self.hidden)) as f64
    }

    /// Value, gradient and step of Adam; the inputs have no gradient. The linear layer reads `head_rows` rows.
    pub(crate) fn training(self, gates: usize, elementary: usize, head_rows: usize) -> Cost {
        let [inputs, states] = self.products(gates);
        let head = (self.hidden * self.outputs) as f64;
        Cost {
            flops: 2.0 * inputs + 3.0 * states + 6.0 * head * head_rows as f64,
            transcendentals: (self.rows() * self.hidden * elementary) as f64,
            bytes: 28.0 * (self.weights(gates) + head), // parameter and both moments, read and written, and the gradient
        }
    }

    /// The outputs of all steps.
    pub(crate) fn inference(self, gates: usize, elementary: usize) -> Cost {
        let [inputs, states] = self.products(gates);
        Cost {
            flops: inputs + states,
            transcendentals: (self.rows() * self.hidden * elementary) as f64,
            bytes: 4.0 * self.weights(gates),
        }
    }
}
