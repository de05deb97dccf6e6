//! Messages of the phase `shapes`.
//!
//! `text` is what the user wrote at the place of the mistake, `shape`, `left` and `right` are shapes: `[H, D]`.

use crate::messages::messages;

messages! {
    // Sizes.
    size_difference(text) =
        "`{text}` is no size\nsizes are sums and products of dimensions and whole numbers, a difference could be less than one\nhelp: make the smaller size a dimension, and write the larger one as a sum, such as `H + 1`";
    size_quotient(text) =
        "`{text}` is no size\nsizes are sums and products of dimensions and whole numbers, a quotient need not be whole\nhelp: make the part a dimension, and write the whole as a multiple, such as `2 * H`";
    size_fraction(text) =
        "`{text}` is no size\nhelp: write a whole number";
    size_of_other_name(text, kind) =
        "`{text}` is {kind}, not a size\nhelp: write dimensions and whole numbers, such as `H + 1`";
    size_of_other_form(text) =
        "`{text}` is no size\nsizes are sums and products of dimensions and whole numbers\nhelp: write for example `D + H` or `2 * H`";
    size_zero(text) =
        "the size `{text}` is 0, and every axis has at least one element\nhelp: write a size of at least 1, or remove what has no elements";
    size_too_large(text) =
        "the size `{text}` is too large to work with\nhelp: give the size a name in the header, as in `size: K`";
    dimension_in_no_shape(name) =
        "no shape has the dimension `{name}`\nthe sizes of a cell are those of its arrays\nhelp: declare a number that is only computed with as `hyper`, or remove `{name}`";
    dimension_never_alone(name) =
        "the size `{name}` is known at a call only, and no context is a vector `[{name}]` that would show it\nhelp: declare a context with the shape `[{name}]`, or add `{name}` to the header";

    // Declarations.
    matrix_state(name, shape, long) =
        "expected a number `[]` or a vector for the state `{name}`, found the matrix {shape}\nhelp: write a state for each row, or one long vector [{long}], and take its parts with slices";
    matrix_input(name, shape, long) =
        "expected a number `[]` or a vector for the input `{name}`, found the matrix {shape}\nhelp: write an input for each row, or one long vector [{long}], and take its parts with slices";
    matrix_context(name, shape, long) =
        "expected a number `[]` or a vector for the context `{name}`, found the matrix {shape}\nhelp: write a context for each row or one long vector [{long}], or a `buffer` if the matrix is the same for all examples";
    hyper_not_a_number(name, text) =
        "`{text}` is not one number\nthe hyper-parameter `{name}` holds a number\nhelp: write a number, such as `0.5`";
    hyper_not_finite(name, text) =
        "`{text}` is not finite\nthe hyper-parameter `{name}` holds a finite number\nhelp: write `inf` where it is used, such as in `clamp(v, 0, inf)`";
    initial_not_a_number(name, text) =
        "`{text}` is not one number\nhelp: write an argument of `{name}` with numbers and dimensions of the header only, such as `1 / sqrt(H)`";
    initial_not_finite(name, text) =
        "`{text}` is not finite\nhelp: write a finite number as argument of `{name}`";
    initial_negative(name, text) =
        "`{text}` is negative, but `{name}` takes how far the values are spread\nhelp: write a positive number";
    initial_reversed(low, high) =
        "`{low}` is greater than `{high}`\nhelp: write the lower bound first, `uniform({high}, {low})`";
    initial_of_matrices(name, shape) =
        "`{name}` makes matrices, the shape is {shape}\nhelp: write `normal(0.1)` or `zeros`, or declare a matrix";

    // Statements.
    let_mismatch(name, found, wanted, text) =
        "`{text}` is {found}, and `{name}` is declared as {wanted}\nhelp: write `let {name}: {found} = …`, or change what stands behind `=`";
    other_number_of_parts(text, found, names) =
        "`{text}` gives {found} values, and {names} names wait for them\nhelp: write {found} names, or split into {names} parts";
    state_mismatch(name, text, found, wanted) =
        "`{text}` is {found}, and the state `{name}` is {wanted}\na state keeps its shape\nhelp: write a value of the shape {wanted}, or declare `state {name}: {found}`";
    scalar_as_state(name, text, wanted, factor) =
        "`{text}` is one number [], and the state `{name}` is {wanted}\na number stretches in formulas only, where it meets a vector\nhelp: declare `state {name}: []`, or declare `buffer unit: {wanted} = ones;` and write `{factor} * unit`";
    mask_as_state(name, text) =
        "`{text}` is a mask, and the state `{name}` holds numbers\nhelp: write `select({text}, 1, 0)`";
    number_of_outputs(wanted, found) =
        "the step ends with {found}, and {wanted} declared after `->`\nhelp: write one value for each shape after `->`, as in `(h, c)` for `([H], [H])`";
    output_mismatch(name, text, found, wanted) =
        "`{text}` is {found}, and {name} is declared as {wanted}\nhelp: write a value of the shape {wanted}, or {found} after `->`";
    scalar_as_output(name, text, wanted, factor) =
        "`{text}` is one number [], and {name} is declared as {wanted}\na number stretches in formulas only, where it meets a vector\nhelp: write [] after `->`, or declare `buffer unit: {wanted} = ones;` and write `{factor} * unit`";
    mask_as_output(name, text) =
        "`{text}` is a mask, and {name} holds numbers\nhelp: write `select({text}, 1, 0)`";
    in_call(calls, message) = "in {calls}: {message}";
    too_many_nodes(text, most) =
        "`{text}` makes the step too long\nhelpers are written out at each call, and together they have more than {most} operations\nhelp: call them less often, or give the value that they share a name with `let`";

    // Element by element.
    different_operands(text, left, right) =
        "`{text}` combines {left} with {right}\nequal shapes combine element by element, and only a number [] stretches\nhelp: bring one to the shape of the other, for example with a matrix, `w @ v`, or with a slice, `v[..n]`";
    different_vectors(text, left, right, b, wanted, matrix) =
        "`{text}` combines {left} with {right}\nequal shapes combine element by element, and only a number [] stretches\nhelp: bring the second to the shape {wanted}, for example with `param p: {matrix} = glorot_uniform;` and `p @ {b}`";
    one_is_no_scalar(text, left, right, vector) =
        "`{text}` combines {left} with {right}\n[1] is a vector with one element, and only a number [] stretches\nhelp: declare it as [], or write `sum({vector})` for its element";
    one_column(text, left, right, matrix, vector) =
        "`{text}` combines {left} with {right}\n`{matrix}` is a matrix with one column, and only a number [] stretches\nhelp: declare it as the vector {vector}";
    product_by_elements(text, left, right, a, b) =
        "`{text}` combines {left} with {right}\n`*` multiplies element by element\nhelp: write `{a} @ {b}` for the product with a matrix";
    vector_times_matrix(text, left, right, matrix, vector, inner) =
        "`{text}` combines {left} with {right}\na vector does not stretch over a matrix\nhelp: multiply the rows after the product, `{vector} * ({matrix} @ v)`, or make a matrix, `diag({inner}) @ {matrix}`";
    vector_with_matrix(text, left, right) =
        "`{text}` combines {left} with {right}\na vector does not stretch over a matrix\nhelp: work with vectors after the product with the matrix, or make a matrix with `outer(a, b)` or `diag(v)`";
    transposed_operand(text, left, right, b, instead) =
        "`{text}` combines {left} with {right}\nhelp: write `{instead}` instead of `{b}`";
    mask_as_number(text, taker) =
        "`{text}` is a mask, and `{taker}` takes numbers\nhelp: write `select({text}, 1, 0)`";
    number_as_mask(text, taker) =
        "`{text}` is not a mask, and `{taker}` takes a mask\nhelp: write a comparison, such as `{text} > 0`";
    select_shapes(text, mask, first, second) =
        "`{text}` has a mask {mask}, and chooses between {first} and {second}\nequal shapes combine element by element, and only a number [] stretches\nhelp: bring all three to one shape";
    no_derivative(name, text) =
        "`{text}` has no derivative\nhelp: write `stop_gradient({text})` if no gradient is to pass; in comparisons `{name}` may stand as it is";
    division_by_zero(text) =
        "`{text}` divides by zero\nhelp: write a divisor other than 0, or `inf` if infinity is meant";
    result_not_finite(text, result) =
        "`{text}` is {result}\nthe result of a formula with numbers must be finite\nhelp: write a finite number, or `inf` if infinity is meant";
    setting_not_constant(what, text, instead) =
        "{what} is a number that is the same at every step, found `{text}`\nhelp: write a number, a dimension or a `hyper`; what changes or is trained can stand in `{instead}`";
    setting_not_finite(what, text) =
        "{what} is a finite number, found `{text}`\nhelp: write a finite number";
    empty_clamp(text, low, high) =
        "`{text}` has no number between its bounds\nhelp: write the lower bound first, `clamp(…, {high}, {low})`";

    // Products.
    product_with_scalar(text, left, right, a, b) =
        "`{text}` multiplies {left} with {right}\n`@` is the product with a matrix\nhelp: write `{a} * {b}`";
    product_of_vectors(text, left, right, a, b) =
        "`{text}` multiplies {left} with {right}\nthere are several products of two vectors\nhelp: write `dot({a}, {b})` for a number, `{a} * {b}` for a vector, or `outer({a}, {b})` for a matrix";
    product_of_unequal_vectors(text, left, right, a, b) =
        "`{text}` multiplies {left} with {right}\n`@` is the product with a matrix\nhelp: write `outer({a}, {b})` for a matrix of all products, or bring one vector to the length of the other";
    product_of_vector_and_matrix(text, left, right, matrix, vector) =
        "`{text}` multiplies {left} with {right}\nthe matrix stands on the left\nhelp: write `{matrix} @ {vector}`";
    product_mismatch(text, left, right, columns, rows, a, b) =
        "`{text}` multiplies {left} with {right}\nthe matrix has {columns} columns, the vector {rows} rows\nhelp: declare `{a}` with {rows} columns, or write a vector [{columns}] instead of `{b}`";
    transposed_product(text, left, right, columns, rows, a, b) =
        "`{text}` multiplies {left} with {right}\nthe matrix has {columns} columns, the vector {rows} rows\nhelp: write `{a} @ {b}`";
    matrices_mismatch(text, left, right, columns, rows) =
        "`{text}` multiplies {left} with {right}\nthe left matrix has {columns} columns, the right one {rows} rows\nhelp: declare both with the same size between them, as in [H, K] and [K, D]";
    transposed_matrices(text, left, right, columns, rows, a, b) =
        "`{text}` multiplies {left} with {right}\nthe left matrix has {columns} columns, the right one {rows} rows\nhelp: write `{a} @ {b}`";
    product_per_example(text, left, right, a, b) =
        "`{text}` multiplies {left} with {right}, matrices that differ between examples\ntwo matrices are multiplied only if both are made of parameters\nhelp: multiply a vector from right to left, `{a} @ {b} @ v`";
    dot_mismatch(text, left, right) =
        "`{text}` multiplies {left} with {right}\nboth vectors need the same length\nhelp: bring one to the size of the other, for example with a matrix, `w @ v`";
    transpose_of_other(text, shape, value) =
        "`{text}`: expected a matrix, found {shape}\nhelp: write `{value}` itself; a vector as matrix is `outer(a, b)` or `diag(v)`";
    vector_expected_scalar(name, text, shape) =
        "`{name}` takes vectors, found `{text}`: {shape}\nhelp: declare it as a vector; a number multiplies with `*`, as in `{text} * v`";
    vector_expected_matrix(name, text, shape) =
        "`{name}` takes vectors, found `{text}`: {shape}\nhelp: write a vector, such as a product `w @ v` or a sum over the columns, `sum({text})`";

    // Along an axis.
    reduction_of_scalar(text, value) =
        "`{text}` has nothing to go over, its argument is one number []\nhelp: write `{value}`";
    normalisation_of_scalar(text, name) =
        "`{text}` has nothing to go over, its argument is one number []\nhelp: write `{name}` of a vector, or `concat(a, b)` of several numbers";
    negative_epsilon(text) =
        "the epsilon of `layer_norm` is `{text}`, a negative number\nhelp: write a small positive number, such as `0.00001`";
    concat_of_matrix(text, shape) =
        "`concat` takes vectors and numbers, found `{text}`: {shape}\nhelp: multiply first, `concat(w @ x, u @ x)`";
    split_count(text) =
        "expected the number of parts as a whole number from 1 to 1000, found `{text}`\nhelp: write for example `split(v, 2)`, and take parts of other sizes with slices, `v[..H]`";
    split_remainder(text, shape, count) =
        "`{text}` takes {shape} apart\nthe size is no multiple of {count}\nhelp: declare a vector of such a size, as in [{count} * H], or take parts with slices, `v[..H]`";
    slice_of_other(text, shape) =
        "expected a vector before the brackets, found `{text}`: {shape}\nhelp: take parts of vectors only, such as the product `(w @ x)[..n]`";
    slice_beyond_end(text, shape, end) =
        "`{text}` ends at {end}, and the vector is {shape}\nit need not have that many elements\nhelp: write an end that is part of the size, as `D` is of [D + H]";
    slice_of_nothing(text) =
        "`{text}` has no elements\nhelp: write an end after the start";
    slice_length(text, start, end) =
        "`{text}` goes from {start} to {end}\nits length is no sum of sizes\nhelp: write bounds whose difference is a size, as in `v[D..D + H]`";
}
