//! Mistakes along an axis.

use super::super::sources::Source::{Formula, Step};
use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "reduction_of_scalar",
        Formula("sum(dt)"),
        "sum(dt)",
        "`sum(dt)` has nothing to go over, its argument is one number []\nhelp: write `dt`",
    ),
    case(
        "reduction_of_scalar",
        Formula("norm(dt - 1)"),
        "norm(dt - 1)",
        "`norm(dt - 1)` has nothing to go over, its argument is one number []\nhelp: write `abs(dt - 1)`",
    ),
    case(
        "reduction_of_scalar",
        Formula("max(mean(h))"),
        "max(mean(h))",
        "`max(mean(h))` has nothing to go over, its argument is one number []\nhelp: write `mean(h)`",
    ),
    case(
        "normalisation_of_scalar",
        Formula("softmax(dt)"),
        "softmax(dt)",
        "`softmax(dt)` has nothing to go over, its argument is one number []\nhelp: write `softmax` of a vector, or `concat(a, b)` of several numbers",
    ),
    case(
        "normalisation_of_scalar",
        Formula("layer_norm(mean(h))"),
        "layer_norm(mean(h))",
        "`layer_norm(mean(h))` has nothing to go over, its argument is one number []\nhelp: write `layer_norm` of a vector, or `concat(a, b)` of several numbers",
    ),
    case(
        "negative_epsilon",
        Formula("layer_norm(h, -1)"),
        "-1",
        "the epsilon of `layer_norm` is `-1`, a negative number\nhelp: write a small positive number, such as `0.00001`",
    ),
    case(
        "concat_of_matrix",
        Formula("concat(h, w)"),
        "w",
        "`concat` takes vectors and numbers, found `w`: [H, D]\nhelp: multiply first, `concat(w @ x, u @ x)`",
    ),
    case(
        "split_count",
        Step("let (f, g) = split(concat(h, h), H); h = b; h"),
        "H",
        "expected the number of parts as a whole number from 1 to 1000, found `H`\nhelp: write for example `split(v, 2)`, and take parts of other sizes with slices, `v[..H]`",
    ),
    case(
        "split_count",
        Step("let (f, g) = split(concat(h, h), 0); h = b; h"),
        "0",
        "expected the number of parts as a whole number from 1 to 1000, found `0`\nhelp: write for example `split(v, 2)`, and take parts of other sizes with slices, `v[..H]`",
    ),
    case(
        "split_count",
        Step("let (f, g) = split(concat(h, h), 1.5); h = b; h"),
        "1.5",
        "expected the number of parts as a whole number from 1 to 1000, found `1.5`\nhelp: write for example `split(v, 2)`, and take parts of other sizes with slices, `v[..H]`",
    ),
    case(
        "split_remainder",
        Step("let (f, g) = split(concat(h, h, h), 2); h = b; h"),
        "split(concat(h, h, h), 2)",
        "`split(concat(h, h, h), 2)` takes [3 * H] apart\nthe size is no multiple of 2\nhelp: declare a vector of such a size, as in [2 * H], or take parts with slices, `v[..H]`",
    ),
    case(
        "slice_of_other",
        Formula("w[..1]"),
        "w[..1]",
        "expected a vector before the brackets, found `w`: [H, D]\nhelp: take parts of vectors only, such as the product `(w @ x)[..n]`",
    ),
    case(
        "slice_of_other",
        Formula("dt[..1]"),
        "dt[..1]",
        "expected a vector before the brackets, found `dt`: []\nhelp: take parts of vectors only, such as the product `(w @ x)[..n]`",
    ),
    case(
        "slice_beyond_end",
        Formula("h[..H + 1]"),
        "h[..H + 1]",
        "`h[..H + 1]` ends at H + 1, and the vector is [H]\nit need not have that many elements\nhelp: write an end that is part of the size, as `D` is of [D + H]",
    ),
    case(
        "slice_beyond_end",
        Formula("h[..D]"),
        "h[..D]",
        "`h[..D]` ends at D, and the vector is [H]\nit need not have that many elements\nhelp: write an end that is part of the size, as `D` is of [D + H]",
    ),
    case(
        "slice_beyond_end",
        Formula("h[1..2]"),
        "h[1..2]",
        "`h[1..2]` ends at 2, and the vector is [H]\nit need not have that many elements\nhelp: write an end that is part of the size, as `D` is of [D + H]",
    ),
    case(
        "slice_of_nothing",
        Formula("h[..0]"),
        "h[..0]",
        "`h[..0]` has no elements\nhelp: write an end after the start",
    ),
    case(
        "slice_of_nothing",
        Formula("h[H..]"),
        "h[H..]",
        "`h[H..]` has no elements\nhelp: write an end after the start",
    ),
    case(
        "slice_length",
        Formula("h[1..]"),
        "h[1..]",
        "`h[1..]` goes from 1 to H\nits length is no sum of sizes\nhelp: write bounds whose difference is a size, as in `v[D..D + H]`",
    ),
    case(
        "slice_length",
        Formula("concat(x, h)[H..D]"),
        "concat(x, h)[H..D]",
        "`concat(x, h)[H..D]` goes from H to D\nits length is no sum of sizes\nhelp: write bounds whose difference is a size, as in `v[D..D + H]`",
    ),
];
