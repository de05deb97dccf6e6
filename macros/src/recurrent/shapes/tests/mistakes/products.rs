//! Mistakes in products.

use super::super::sources::Source::{Formula, Step, With};
use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "product_with_scalar",
        Formula("dt @ w"),
        "dt @ w",
        "`dt @ w` multiplies [] with [H, D]\n`@` is the product with a matrix\nhelp: write `dt * w`",
    ),
    case(
        "product_with_scalar",
        Formula("u @ (dt + 1)"),
        "u @ (dt + 1)",
        "`u @ (dt + 1)` multiplies [H, H] with []\n`@` is the product with a matrix\nhelp: write `u * (dt + 1)`",
    ),
    case(
        "product_of_vectors",
        Formula("h @ b"),
        "h @ b",
        "`h @ b` multiplies [H] with [H]\nthere are several products of two vectors\nhelp: write `dot(h, b)` for a number, `h * b` for a vector, or `outer(h, b)` for a matrix",
    ),
    case(
        "product_of_unequal_vectors",
        Formula("h @ x"),
        "h @ x",
        "`h @ x` multiplies [H] with [D]\n`@` is the product with a matrix\nhelp: write `outer(h, x)` for a matrix of all products, or bring one vector to the length of the other",
    ),
    case(
        "product_of_vector_and_matrix",
        Formula("h @ w"),
        "h @ w",
        "`h @ w` multiplies [H] with [H, D]\nthe matrix stands on the left\nhelp: write `transpose(w) @ h`",
    ),
    case(
        "product_of_vector_and_matrix",
        Formula("(h + b) @ (u + u)"),
        "(h + b) @ (u + u)",
        "`(h + b) @ (u + u)` multiplies [H] with [H, H]\nthe matrix stands on the left\nhelp: write `transpose(u + u) @ (h + b)`",
    ),
    case(
        "product_of_vector_and_matrix",
        Formula("x @ w"),
        "x @ w",
        "`x @ w` multiplies [D] with [H, D]\nthe matrix stands on the left\nhelp: write `w @ x`",
    ),
    case(
        "product_of_vector_and_matrix",
        Formula("x @ transpose(w)"),
        "x @ transpose(w)",
        "`x @ transpose(w)` multiplies [D] with [D, H]\nthe matrix stands on the left\nhelp: write `w @ x`",
    ),
    case(
        "product_mismatch",
        Formula("w @ m"),
        "w @ m",
        "`w @ m` multiplies [H, D] with [K]\nthe matrix has D columns, the vector K rows\nhelp: declare `w` with K columns, or write a vector [D] instead of `m`",
    ),
    case(
        "product_mismatch",
        Formula("w @ concat(x, h)"),
        "w @ concat(x, h)",
        "`w @ concat(x, h)` multiplies [H, D] with [D + H]\nthe matrix has D columns, the vector D + H rows\nhelp: declare `w` with D + H columns, or write a vector [D] instead of `concat(x, h)`",
    ),
    case(
        "transposed_product",
        Formula("w @ h"),
        "w @ h",
        "`w @ h` multiplies [H, D] with [H]\nthe matrix has D columns, the vector H rows\nhelp: write `transpose(w) @ h`",
    ),
    case(
        "transposed_product",
        Formula("(w + w) @ (h + b)"),
        "(w + w) @ (h + b)",
        "`(w + w) @ (h + b)` multiplies [H, D] with [H]\nthe matrix has D columns, the vector H rows\nhelp: write `transpose(w + w) @ (h + b)`",
    ),
    case(
        "matrices_mismatch",
        With("param k: [2 * H, 3] = zeros;", "w @ k"),
        "w @ k",
        "`w @ k` multiplies [H, D] with [2 * H, 3]\nthe left matrix has D columns, the right one 2 * H rows\nhelp: declare both with the same size between them, as in [H, K] and [K, D]",
    ),
    case(
        "transposed_matrices",
        Formula("w @ w"),
        "w @ w",
        "`w @ w` multiplies [H, D] with [H, D]\nthe left matrix has D columns, the right one H rows\nhelp: write `w @ transpose(w)`",
    ),
    case(
        "transposed_matrices",
        Formula("w @ u"),
        "w @ u",
        "`w @ u` multiplies [H, D] with [H, H]\nthe left matrix has D columns, the right one H rows\nhelp: write `transpose(w) @ u`",
    ),
    case(
        "transposed_matrices",
        Formula("u @ transpose(w)"),
        "u @ transpose(w)",
        "`u @ transpose(w)` multiplies [H, H] with [D, H]\nthe left matrix has H columns, the right one D rows\nhelp: write `u @ w`",
    ),
    case(
        "product_per_example",
        Formula("outer(h, h) @ u"),
        "outer(h, h) @ u",
        "`outer(h, h) @ u` multiplies [H, H] with [H, H], matrices that differ between examples\ntwo matrices are multiplied only if both are made of parameters\nhelp: multiply a vector from right to left, `outer(h, h) @ u @ v`",
    ),
    case(
        "product_per_example",
        Formula("(u @ diag(h)) @ b"),
        "(u @ diag(h))",
        "`u @ diag(h)` multiplies [H, H] with [H, H], matrices that differ between examples\ntwo matrices are multiplied only if both are made of parameters\nhelp: multiply a vector from right to left, `u @ diag(h) @ v`",
    ),
    case(
        "dot_mismatch",
        Formula("dot(h, x)"),
        "dot(h, x)",
        "`dot(h, x)` multiplies [H] with [D]\nboth vectors need the same length\nhelp: bring one to the size of the other, for example with a matrix, `w @ v`",
    ),
    case(
        "transpose_of_other",
        Formula("transpose(h)"),
        "transpose(h)",
        "`transpose(h)`: expected a matrix, found [H]\nhelp: write `h` itself; a vector as matrix is `outer(a, b)` or `diag(v)`",
    ),
    case(
        "transpose_of_other",
        Formula("transpose(dt)"),
        "transpose(dt)",
        "`transpose(dt)`: expected a matrix, found []\nhelp: write `dt` itself; a vector as matrix is `outer(a, b)` or `diag(v)`",
    ),
    case(
        "vector_expected_scalar",
        Formula("dot(h, dt)"),
        "dt",
        "`dot` takes vectors, found `dt`: []\nhelp: declare it as a vector; a number multiplies with `*`, as in `dt * v`",
    ),
    case(
        "vector_expected_scalar",
        Formula("diag(dt)"),
        "dt",
        "`diag` takes vectors, found `dt`: []\nhelp: declare it as a vector; a number multiplies with `*`, as in `dt * v`",
    ),
    case(
        "vector_expected_matrix",
        Formula("outer(w, h)"),
        "w",
        "`outer` takes vectors, found `w`: [H, D]\nhelp: write a vector, such as a product `w @ v` or a sum over the columns, `sum(w)`",
    ),
    case(
        "vector_expected_matrix",
        Step("let (f, g) = split(u, 2); h = b; h"),
        "u",
        "`split` takes vectors, found `u`: [H, H]\nhelp: write a vector, such as a product `w @ v` or a sum over the columns, `sum(u)`",
    ),
];
