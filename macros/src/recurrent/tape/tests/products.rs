//! Products with matrices.

use super::assert_lowered;

#[test]
fn a_matrix_of_parameters_and_a_vector() {
    assert_lowered(&[
        ("[H]", "w @ x", "matmul_transposed(x, w)"),
        ("[D]", "transpose(w) @ h", "matmul(h, w)"),
        ("[D]", "let t = transpose(w); t @ h", "matmul(h, w)"),
        ("[H]", "u @ u @ h", "matmul_transposed(matmul_transposed(h, u), u)"),
        ("[H]", "(u @ u) @ h", "matmul_transposed(h, matmul(u, u))"),
        ("[H]", "(u - transpose(u)) @ h", "matmul_transposed(h, sub(u, transpose(u)))"),
        ("[H]", "(u @ transpose(u)) @ h", "matmul_transposed(h, matmul_transposed(u, u))"),
        ("[H]", "(transpose(u) @ u) @ h", "matmul_transposed(h, matmul(transpose(u), u))"),
        ("[H]", "identity(H) @ h", "matmul_transposed(h, identity H)"),
        ("[H]", "h * (u @ b)", "mul(h, squeeze -2(matmul_transposed(unsqueeze -2(b), u)))"),
        ("[D]", "x * (transpose(w) @ b)", "mul(x, squeeze -2(matmul(unsqueeze -2(b), w)))"),
    ]);
}

#[test]
fn a_matrix_of_each_example() {
    assert_lowered(&[
        ("[H]", "outer(h, x) @ x", "squeeze -1(matmul(outer(h, x), unsqueeze -1(x)))"),
        ("[H]", "outer(h, b) @ b", "squeeze -1(matmul(outer(h, b), unsqueeze -1(b)))"),
        ("[D]", "transpose(outer(h, x)) @ h", "squeeze -2(matmul(unsqueeze -2(h), outer(h, x)))"),
        ("[D]", "transpose(outer(h, x)) @ b", "squeeze -2(matmul(unsqueeze -2(b), outer(h, x)))"),
        ("[H]", "diag(h) @ h", "squeeze -1(matmul(diag(h), unsqueeze -1(h)))"),
    ]);
}
