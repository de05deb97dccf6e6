//! The forms of the grammar.

use super::cell;

const GRU: &str = "
    /// Gated recurrent unit.
    #[must_use]
    pub(crate) cell Gru(input: D, hidden: H) {
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases.
        param b_r, b_z, b_n, c_n: [H]? = zeros;
        buffer mask: [H, 2 * H + 1] = identity;
        hyper leak = 1e-3;
        state h: [H];
        state c: [] = learned(normal(0.1));
        state d: [] = learned;
        context m: [K];
        fn gate(a, b) = sigmoid(a + b);
        fn two(a) = (a, a);

        step(x: [D], dt: []) -> (y: [H], [H]) {
            let r = gate(w_r @ x + u_r @ h + b_r, 1);
            let n: [H] = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
            let (i, f) = split(n, 2);
            h = (1 - z) * n + z * h[..H];
            (h, -r)
        }
    }";

#[test]
fn a_cell_has_all_that_is_written() {
    let cell = cell(GRU);
    assert!(cell.sound);
    assert_eq!(cell.name, "Gru");
    assert_eq!(cell.header.len(), 2);
    assert_eq!(cell.declarations.len(), 11);
    assert_eq!(cell.step.statements.len(), 4);
    assert_eq!(cell.step.outputs.len(), 2);
}
