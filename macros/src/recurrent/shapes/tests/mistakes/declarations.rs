//! Mistakes in sizes and declarations.

use super::super::sources::Source::{Cell, Declaration, Formula, With};
use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "size_difference",
        Declaration("param a: [H - 1] = zeros;"),
        "H - 1",
        "`H - 1` is no size\nsizes are sums and products of dimensions and whole numbers, a difference could be less than one\nhelp: make the smaller size a dimension, and write the larger one as a sum, such as `H + 1`",
    ),
    case(
        "size_difference",
        Formula("x[..D - 1]"),
        "D - 1",
        "`D - 1` is no size\nsizes are sums and products of dimensions and whole numbers, a difference could be less than one\nhelp: make the smaller size a dimension, and write the larger one as a sum, such as `H + 1`",
    ),
    case(
        "size_quotient",
        Declaration("param a: [H / 2] = zeros;"),
        "H / 2",
        "`H / 2` is no size\nsizes are sums and products of dimensions and whole numbers, a quotient need not be whole\nhelp: make the part a dimension, and write the whole as a multiple, such as `2 * H`",
    ),
    case(
        "size_fraction",
        Declaration("param a: [1.5 * H] = zeros;"),
        "1.5",
        "`1.5` is no size\nhelp: write a whole number",
    ),
    case(
        "size_of_other_name",
        Formula("b[..leak]"),
        "leak",
        "`leak` is a hyper-parameter, not a size\nhelp: write dimensions and whole numbers, such as `H + 1`",
    ),
    case(
        "size_of_other_name",
        With("fn head(v, n) = v[..n];", "head(b, 2)"),
        "head(b, 2)",
        "in `head(v: [H], n: [])`: `n` is an argument, not a size\nhelp: write dimensions and whole numbers, such as `H + 1`",
    ),
    case(
        "size_of_other_form",
        Declaration("param a: [sqrt(H)] = zeros;"),
        "sqrt(H)",
        "`sqrt(H)` is no size\nsizes are sums and products of dimensions and whole numbers\nhelp: write for example `D + H` or `2 * H`",
    ),
    case(
        "size_of_other_form",
        Declaration("param a: [-H] = zeros;"),
        "-H",
        "`-H` is no size\nsizes are sums and products of dimensions and whole numbers\nhelp: write for example `D + H` or `2 * H`",
    ),
    case(
        "size_of_other_form",
        Formula("identity(H @ D)"),
        "H @ D",
        "`H @ D` is no size\nsizes are sums and products of dimensions and whole numbers\nhelp: write for example `D + H` or `2 * H`",
    ),
    case(
        "size_zero",
        Declaration("param a: [0] = zeros;"),
        "0",
        "the size `0` is 0, and every axis has at least one element\nhelp: write a size of at least 1, or remove what has no elements",
    ),
    case(
        "size_zero",
        Cell("cell Test(hidden: H) { state a: [0 * H]; step(x: [H]) -> [H] { a = x; x } }"),
        "0 * H",
        "the size `0 * H` is 0, and every axis has at least one element\nhelp: write a size of at least 1, or remove what has no elements",
    ),
    case(
        "size_zero",
        Formula("identity(0)"),
        "0",
        "the size `0` is 0, and every axis has at least one element\nhelp: write a size of at least 1, or remove what has no elements",
    ),
    case(
        "size_too_large",
        Declaration("param a: [4000000000 * 5000000000 * H] = zeros;"),
        "4000000000 * 5000000000",
        "the size `4000000000 * 5000000000` is too large to work with\nhelp: give the size a name in the header, as in `size: K`",
    ),
    case(
        "dimension_in_no_shape",
        Cell("cell Test(input: D, extra: N) { state a: [D]; step(x: [D]) -> [D] { a = x / N; a } }"),
        "extra: N",
        "no shape has the dimension `N`\nthe sizes of a cell are those of its arrays\nhelp: declare a number that is only computed with as `hyper`, or remove `N`",
    ),
    case(
        "dimension_never_alone",
        Cell("cell Test(input: D) { context m: [2 * K]; state a: [D]; step(x: [D]) -> [D] { a = x * mean(m); a } }"),
        "K",
        "the size `K` is known at a call only, and no context is a vector `[K]` that would show it\nhelp: declare a context with the shape `[K]`, or add `K` to the header",
    ),
    case(
        "matrix_state",
        Cell("cell Test(input: D, hidden: H) { state memory: [H, D]; step(x: [D]) -> [D] { memory = 0; x } }"),
        "[H, D]",
        "expected a number `[]` or a vector for the state `memory`, found the matrix [H, D]\nhelp: write a state for each row, or one long vector [D * H], and take its parts with slices",
    ),
    case(
        "matrix_input",
        Cell("cell Test(input: D) { step(x: [D, D]) -> [D] { x @ sum(x) } }"),
        "[D, D]",
        "expected a number `[]` or a vector for the input `x`, found the matrix [D, D]\nhelp: write an input for each row, or one long vector [D * D], and take its parts with slices",
    ),
    case(
        "matrix_context",
        Declaration("context keys: [N, H];"),
        "[N, H]",
        "expected a number `[]` or a vector for the context `keys`, found the matrix [N, H]\nhelp: write a context for each row or one long vector [H * N], or a `buffer` if the matrix is the same for all examples",
    ),
    case(
        "hyper_not_a_number",
        Declaration("hyper rate = 1 > 2;"),
        "1 > 2",
        "`1 > 2` is not one number\nthe hyper-parameter `rate` holds a number\nhelp: write a number, such as `0.5`",
    ),
    case(
        "hyper_not_a_number",
        Declaration("hyper rate = concat(1, 2);"),
        "concat(1, 2)",
        "`concat(1, 2)` is not one number\nthe hyper-parameter `rate` holds a number\nhelp: write a number, such as `0.5`",
    ),
    case(
        "hyper_not_finite",
        Declaration("hyper rate = -inf;"),
        "-inf",
        "`-inf` is not finite\nthe hyper-parameter `rate` holds a finite number\nhelp: write `inf` where it is used, such as in `clamp(v, 0, inf)`",
    ),
    case(
        "initial_not_a_number",
        Declaration("param a: [H] = uniform(concat(1, 2));"),
        "concat(1, 2)",
        "`concat(1, 2)` is not one number\nhelp: write an argument of `uniform` with numbers and dimensions of the header only, such as `1 / sqrt(H)`",
    ),
    case(
        "initial_not_finite",
        Declaration("param a: [H] = constant(inf);"),
        "inf",
        "`inf` is not finite\nhelp: write a finite number as argument of `constant`",
    ),
    case(
        "initial_negative",
        Declaration("param a: [H] = normal(-0.1);"),
        "-0.1",
        "`-0.1` is negative, but `normal` takes how far the values are spread\nhelp: write a positive number",
    ),
    case(
        "initial_negative",
        Declaration("buffer a: [H] = uniform(-1);"),
        "-1",
        "`-1` is negative, but `uniform` takes how far the values are spread\nhelp: write a positive number",
    ),
    case(
        "initial_reversed",
        Declaration("param a: [H] = uniform(1, -1);"),
        "uniform(1, -1)",
        "`1` is greater than `-1`\nhelp: write the lower bound first, `uniform(-1, 1)`",
    ),
    case(
        "initial_of_matrices",
        Declaration("param a: [H] = orthogonal;"),
        "orthogonal",
        "`orthogonal` makes matrices, the shape is [H]\nhelp: write `normal(0.1)` or `zeros`, or declare a matrix",
    ),
    case(
        "initial_of_matrices",
        Cell("cell Test(hidden: H) { state a: [H] = learned(identity); step(x: [H]) -> [H] { a = x; a } }"),
        "identity",
        "`identity` makes matrices, the shape is [H]\nhelp: write `normal(0.1)` or `zeros`, or declare a matrix",
    ),
];
