//! Messages of the phase `syntax`.

use crate::messages::messages;

messages! {
    // Anything else.
    unexpected(expected, found, example) = "expected {expected}, found `{found}`\nhelp: write {example}";
    unexpected_end(expected, example) = "expected {expected} after this\nhelp: write {example}";
    missing_comma(found) = "expected `,`, found `{found}`\nhelp: write `,` before `{found}`";
    missing_semicolon() = "expected `;` after this\nhelp: write `;` at the end of the line";
    stray_semicolon() = "this `;` ends nothing\nhelp: remove it";

    // Cells and their headers.
    no_cell() =
        "expected a cell, found nothing\nhelp: write for example `recurrent! {{ pub cell Elman(input: D, hidden: H) {{ param w: [H, D] = glorot_uniform; param u: [H, H] = orthogonal; state h: [H]; step(x: [D]) -> [H] {{ h = tanh(w @ x + u @ h); h }} }} }}`";
    missing_cell(found) = "expected the word `cell` before the name `{found}`\nhelp: write `cell {found}`";
    misspelt_cell(found) = "expected `cell`, found `{found}`\nhelp: write `cell`";
    rust_item(found) =
        "expected a cell, found the word `{found}`\n`recurrent!` holds nothing but cells\nhelp: move this item out of `recurrent!`, or write `cell` for `{found}`";
    misplaced_visibility() = "the visibility stands after the word `cell`\nhelp: write it before: `pub cell`";
    unreadable_visibility() = "this is no visibility\nhelp: write `pub`, `pub(crate)`, `pub(super)` or nothing";
    generics(cell) =
        "the cell `{cell}` declares generic parameters\nevery cell has exactly one, the type of its floats, which `recurrent!` adds itself\nhelp: remove the brackets; sizes stand in the header: `cell {cell}(input: D, hidden: H)`";
    missing_header(cell) =
        "the cell `{cell}` has no header\nthe header names the sizes that `{cell}::new` takes\nhelp: write `cell {cell}(input: D, hidden: H)`";
    empty_header(cell) =
        "the header of `{cell}` is empty\nthe header names the sizes that `{cell}::new` takes\nhelp: write `cell {cell}(input: D, hidden: H)`";
    missing_dimension(argument) =
        "the size `{argument}` has no dimension\nshapes are written with dimensions, such as `D` or `H`\nhelp: write `{argument}: H`";
    dimension_in_brackets(argument, inside) =
        "expected the name of a dimension for `{argument}`, found the shape `[{inside}]`\nhelp: write `{argument}: {inside}`";
    type_as_dimension(argument, dimension, found) =
        "expected the name of a dimension for `{argument}`, found the type `{found}`\nsizes have no types\nhelp: write `{argument}: {dimension}`";
    number_as_dimension(argument, found) =
        "expected the name of a dimension for `{argument}`, found the number {found}\nsizes are given when the cell is made, by `new`\nhelp: write `{argument}: H`; a fixed size needs no name, write {found} in the shapes themselves";
    missing_block(cell) =
        "the cell `{cell}` has no equations\nhelp: write `{{ … }}` after the header, with declarations and a `step`";
    semicolon_after_cell() = "a cell ends with its braces, not with `;`\nhelp: remove `;`";
    empty_cell(cell) =
        "the braces of `{cell}` are empty\nhelp: write its declarations and a step, such as `step(x: [D]) -> [H] {{ … }}`";

    // Attributes.
    attribute_on_cell(attribute) =
        "the attribute `{attribute}` has no meaning on a cell\nhelp: remove it; a cell takes documentation, `cfg`, `cfg_attr`, `allow`, `warn`, `deny`, `forbid`, `expect`, `deprecated` and `must_use`";
    derive() =
        "a cell derives nothing\nit implements `Module`, `Cell`, `CompiledCell` and `Debug` already; it is not `Clone`, since a silent copy of weights is a mistake\nhelp: remove `derive`, and copy a cell with `duplicate()`";
    attribute_on_declaration(attribute) =
        "the attribute `{attribute}` has no meaning on a declaration\nhelp: remove it, or write it above the cell; a declaration takes documentation only";
    documentation_in_step() =
        "documentation stands above the cell or above a declaration, not here\nhelp: write `//` for a comment";
    comment() = "comments begin with `//`, found `#`\nhelp: write `//`";
    attribute_in_step() =
        "attributes stand above the cell, not here\nhelp: remove it, or move it above the cell";
    attribute_of_nothing() = "nothing follows this attribute or documentation\nhelp: remove it, or write a comment with `//`";
    unreadable_attribute() =
        "this is no attribute for what follows\nhelp: write `#[…]` without `!`, or documentation with `///`";

    // Names.
    keyword_as_name(found) = "`{found}` is a keyword of Rust, not a name\nhelp: write `r#{found}`, or another name";
    path_word_as_name(found, expected) =
        "expected {expected}, found `{found}`, which has a meaning of its own in Rust\nhelp: write another name";
    underscore_as_name(expected) = "expected {expected}, found `_`, by which nothing can be called\nhelp: write a name such as `_a`";
    reserved_name(found, example) =
        "the name `{found}` begins with `__`\nsuch names belong to the code that `recurrent!` makes\nhelp: write for example `{example}`";
    prime(after) =
        "`'{after}` is no part of a name\nhelp: write a name of letters, digits and `_`, such as `w_new` or `w_prime`";

    // Declarations.
    unknown_declaration(found) =
        "expected a declaration or `step`, found `{found}`\nhelp: begin the line with `param`, `buffer`, `hyper`, `state`, `context`, `fn` or `step`";
    unknown_declaration_guess(found, guess) =
        "expected a declaration or `step`, found `{found}`; did you mean `{guess}`?\nhelp: begin the line with `param`, `buffer`, `hyper`, `state`, `context`, `fn` or `step`";
    let_outside() =
        "`let` stands outside of `step`\nhelp: move it into `step`; write `hyper` for a number that is set once, `fn` for a formula with arguments";
    public_declaration() =
        "expected a declaration, found `pub`\nall params, buffers and hypers of a cell are public fields already\nhelp: remove `pub`";
    constant_item(found) =
        "`{found}` has no meaning in a cell\nhelp: write `hyper leak = 0.5;` before `step` for a number with a name";
    equation_outside(name) = "the equation of `{name}` stands outside of `step`\nhelp: move it into `step`";
    declaration_after_step(found) =
        "`{found}` stands after `step`\nall declarations stand before it, so that a reader meets each name before it is used\nhelp: move it before `step`";
    declaration_in_step(found) =
        "`{found}` declares something inside of `step` or of a formula\nhelp: move this line before `step`; write `let` for a value of one step";
    several_names(word) =
        "a `{word}` line declares one name, found `,`\nhelp: write a line of its own for each name, each ending with `;`";
    missing_colon(name, sizes) = "expected `:` before the shape of `{name}`\nhelp: write `{name}: [{sizes}]`";
    missing_shape(name, example) =
        "`{name}` has no shape\nhelp: write `{example}`, or `[]` for a single number";
    missing_initialiser(word, name) =
        "the {word} `{name}` has no initial values\nhelp: write for example `= zeros;` or `= uniform(1 / sqrt(H));`";
    number_as_initialiser(found) =
        "expected an initialiser, found the number {found}\nhelp: write `constant({found})`, `zeros` or `ones`";
    optional(word) =
        "only a `param` is optional, found `?` in a line of `{word}`\nhelp: remove `?`";
    early_question_mark(name) = "`?` stands before the shape of `{name}`\nhelp: write it after the shape: `param {name}: [H]?`";
    learned_arguments(count) =
        "`learned` takes one initialiser, found {count}\nhelp: write `learned` or `learned(normal(0.1))`";
    shape_of_hyper(name) =
        "`{name}` is a hyper, a single number, and has no shape\nhelp: write `hyper {name} = 0.5;`, or `buffer {name}: [H] = constant(0.5);` for an array";
    hyper_without_value(name) = "the hyper `{name}` has no value\nhelp: write `hyper {name} = 0.5;`";
    context_with_value(name) =
        "the context `{name}` has a value\ncontexts are given with each call, next to the inputs\nhelp: remove it, or write `buffer` for fixed values and `hyper` for a fixed number";
    generic_helper(name) =
        "the helper `{name}` declares generic parameters\na helper takes any shapes as it is\nhelp: remove them: `fn {name}(…) = …;`";
    shape_of_argument(name) =
        "the argument `{name}` has a shape\na helper takes any shapes that its formula can take\nhelp: write `{name}` alone";
    helper_result(name, arguments) =
        "the helper `{name}` declares what it gives\nthis follows from its formula\nhelp: write `fn {name}({arguments}) = …;`";
    helper_block(name, arguments) =
        "the helper `{name}` has a block\na helper is one formula\nhelp: write `fn {name}({arguments}) = …;`, with a helper of its own for each part";

    // Shapes.
    type_as_shape(found) =
        "expected a shape, found the type `{found}`\nall values are floats of one type, so shapes are all that is declared\nhelp: write `[]` for a number, `[H]` for a vector, `[H, D]` for a matrix";
    name_as_shape(found) = "expected a shape, found `{found}`\nhelp: write `[{found}]` for a vector, `[]` for a number";
    shape_in_parentheses(inside) = "expected a shape in square brackets, found `({inside})`\nhelp: write `[{inside}]`";
    array_as_shape() =
        "expected a shape, found a type of arrays\nhelp: write the sizes alone: `[H]` for a vector, `[H, D]` for a matrix";
    rank(count) =
        "expected a shape with at most 2 sizes, found {count}\nequations are for one example at one time, so there is no axis for a batch or for time\nhelp: write `[]`, `[H]` or `[H, D]`, and a name of its own for each matrix of a stack";

    // Step.
    missing_step(cell) =
        "the cell `{cell}` has no `step`\nhelp: write `step(x: [D]) -> [H] {{ … }}` after the declarations";
    function_step() = "`step` is declared without `fn`\nhelp: write `step(x: [D]) -> [H] {{ … }}`";
    misnamed_step(found) = "expected a declaration or `step`, found `{found}`\nhelp: write `step` for `{found}`";
    second_step() = "a cell has one `step`, found a second one\nhelp: join their statements, or write a cell of its own";
    step_without_inputs() = "`step` has no inputs\na cell reads at least one value at each time\nhelp: write `step(x: [D])`";
    missing_arrow() =
        "`step` does not say what it gives\nhelp: write `->` and a shape before the braces: `step(x: [D]) -> [H] {{ … }}`";
    outputs_without_parentheses(first) =
        "several outputs stand without parentheses\nhelp: write them as a tuple: `-> ({first}, …)`";
    missing_output() = "expected a shape after `->`, found the block\nhelp: write `-> [H]`";
    empty_tuple_of_outputs() =
        "`step` gives no output\na cell gives at least one value at each time\nhelp: write a shape: `-> [H]`";
    too_many_outputs(count) =
        "a tuple has at most 8 parts, found {count}\nhelp: join some of them with `concat`";
    empty_step() =
        "`step` is empty\nhelp: write a value at its end, and before it the new value of each state: `h = tanh(w @ x + u @ h); h`";
    missing_tail() =
        "`step` ends without an output\nhelp: write the output last, without `;`: `h` for the new state";
    tail_with_semicolon(tail) =
        "the output of `step` ends with `;`\nhelp: remove `;` after `{tail}`";
    tail_without_parentheses(first) =
        "several outputs stand without parentheses\nhelp: write them as a tuple: `({first}, …)`";
    no_effect(value) =
        "the value `{value}` is computed and dropped\nhelp: write `let a = …;` to give it a name or `h = …;` to make it a new state, or remove it";

    // Statements.
    mutable() =
        "`mut` has no meaning here, names never change\nhelp: write `let` with a new name for each value; what the next step needs is a `state`";
    let_without_value(names) = "`let {names}` has no value\nhelp: write `let {names} = …;`";
    let_of_one(name) =
        "a tuple of names has at least 2, found only `{name}`\nhelp: write `let {name} = …;`";
    let_without_names() = "a tuple of names has at least 2, found none\nhelp: write `let (i, f) = split(v, 2);`";
    compound_assignment(name, operator) =
        "expected `=`, found `{operator}=`\neach state is assigned once, from its old value\nhelp: write `{name} = {name} {operator} …;`";
    assignment_to_part(name) =
        "a part of `{name}` is assigned\na value is made as a whole\nhelp: write `{name} = concat(…);` of all its parts, or a state of its own for each part";

    // What Rust has and cells have not.
    condition(found) =
        "`{found}` has no meaning in equations\nboth branches are computed and one is taken\nhelp: write `select(a > b, value, other)`";
    pattern_match() = "`match` has no meaning in equations\nhelp: write `select(a > b, value, other)`, one for each case";
    repetition(found) =
        "`{found}` has no meaning in equations\nthe loop over time is around `step`, and `@`, `sum` and the like loop over vectors\nhelp: write a helper with `fn` and call it once for each repetition";
    early_return() =
        "`return` has no meaning in equations\nhelp: write the output last, without `return` and without `;`";
    closure() = "closures have no meaning in equations\nhelp: write a helper before `step`: `fn gate(a, b) = sigmoid(a + b);`";
    truth(found) =
        "`{found}` is no number\nhelp: write a comparison where a condition is needed, 1 or 0 where a number is needed";
    let_inside() = "expected a value, found `let`\nhelp: write `let` at the beginning of a statement";
    own_value(found) = "`{found}` has no meaning in equations\nhelp: write the names of params and states alone: `w @ x`";
    cast() = "`as` has no meaning in equations, all values are floats of one type\nhelp: remove `as` and the type";
    keyword_as_value(found) =
        "expected a value, found the keyword `{found}`\nhelp: write `r#{found}` if something is called so, or remove it";
    underscore_as_value() = "expected a value, found `_`\nhelp: write the name of a value";
    macro_call(name) =
        "the macro `{name}!` has no meaning in equations\nhelp: write the formula itself, or a helper: `fn {name}(a) = …;`";
    path(last) =
        "paths have no meaning in equations, functions have plain names\nhelp: write `{last}` alone";
    library(module, instead) =
        "`{module}` has no meaning in equations, functions have plain names\nhelp: write `{instead}`";
    choice(arguments) = "expected a value, found the keyword `where`\nhelp: write `select({arguments})`";
    method_call(name, value, others) =
        "`.{name}(…)` is a method call\nhelp: write a function: `{name}({value}{others})`";
    transposed(value, found) = "`.{found}` has no meaning in equations\nhelp: write `transpose({value})`";
    field(name) =
        "`.{name}` is the field of a struct, and values have none\nhelp: write the names of params and states alone; `let (a, b) = …;` takes a tuple apart";
    dot(value) =
        "expected an operator after `{value}`, found `.`\nhelp: write `*` for a product, `v[0..2]` for a part, `let (a, b) = …;` to take a tuple apart";
    block() = "a block has no meaning in equations\nhelp: write parentheses, or a `let` for each value inside of it";
    array() = "expected a value, found square brackets\nhelp: write `concat(a, b)` for a vector of numbers";
    array_as_argument(instead) = "expected a value, found square brackets\nhelp: write `{instead}`";
    tuple_outside() =
        "a tuple stands here\ntuples stand at the end of `step` or of a helper only\nhelp: write a `let` for each part, or `concat(a, b)` for one vector";
    tuple_of_one() = "a tuple has at least 2 parts, found 1\nhelp: remove the comma";
    empty_parentheses() = "expected a value, found empty parentheses\nhelp: write a value between them";
    named_argument(name) = "arguments have no names, found `{name} =`\nhelp: write the value alone, at its place in the call, or `==` for a comparison";
    axis_argument(name) =
        "there is no axis to name, found `{name} =`\na function takes the whole vector of one example\nhelp: leave this argument out";
    call_of_value(value) =
        "`{value}` is called like a function\nhelp: write `{value} * (…)` for a product";
    word_operator(word, sign) = "`{word}` is no operator here\nhelp: write `{sign}`";
    side_by_side(left, right) =
        "no operator stands between `{left}` and `{right}`\nhelp: write one, such as `{left} * {right}`; or `,` between arguments, `;` at the end of a statement";

    // Operators.
    division_by_product(left, divisor, rest) =
        "`{left} / {divisor} @ {rest}` can be read in two ways\n`@` binds tighter than `/` here, and not in NumPy\nhelp: write `({left} / {divisor}) @ {rest}` or `{left} / ({divisor} @ {rest})`";
    comparison_chain(left, first, middle, second) =
        "comparisons cannot be chained\nhelp: write `{left} {first} {middle} && {middle} {second} …`";
    not_after(operator) =
        "`!` binds looser than the `{operator}` before it\nhelp: write parentheses: `{operator} (!…)`";
    nested_too_deeply(limit) =
        "this is nested too deeply, more than {limit} brackets or signs in one another\nhelp: write a `let` for the inner part";
    caret(base, exponent) = "`^` is no operator here\nhelp: write `pow({base}, {exponent})`, or `square({base})` for the second power";
    double_star(base, exponent) =
        "`**` is no operator here\nhelp: write `pow({base}, {exponent})`, or `square({base})` for the second power";
    percent(value, divisor) = "`%` is no operator here\nhelp: write `rem({value}, {divisor})`";
    single_and() = "`&` is no operator here\nhelp: write `&&` between two comparisons";
    single_or() = "`|` is no operator here\nhelp: write `||` between two comparisons";
    equals_sign(left, right) = "`=` stands inside of a formula\nhelp: write `{left} == {right}` for a comparison";
    assignment_inside(sign) =
        "`{sign}` stands inside of a formula\nhelp: write the new value as a statement of its own: `h = h + …;`";
    dotted_operator(sign, example) =
        "`{sign}` is no operator here, all operators but `@` act element by element\nhelp: write `{example}`";
    shift(sign) = "`{sign}` is no operator here, numbers are real\nhelp: write a product with a power of 2, `<` or `>` for a comparison";
    question_mark() = "`?` has no meaning in equations\nhelp: remove it; an optional param is marked where it is declared";
    ternary(condition, value, other) =
        "`?` has no meaning in equations\nboth branches are computed and one is taken\nhelp: write `select({condition}, {value}, {other})`";
    factorial() = "`!` stands after a value\nhelp: write `!=` for a comparison, `!` before a condition to negate it";
    unary_plus() = "expected a value, found `+`\nhelp: remove the sign";
    reference(sign) = "expected a value, found `{sign}`, there are no references\nhelp: remove the sign";
    dereference(sign) = "expected a value, found `{sign}`, there are no pointers\nhelp: remove the sign";
    tilde() = "`~` is no operator here\nhelp: write `!` before a condition, `1 - a` for the complement of a gate";

    // Slices.
    range_outside() = "a range stands outside of square brackets\nhelp: write `v[a..b]` for a part of a vector";
    inclusive_range() = "expected `..`, found `..=`\nhelp: write `v[a..b]`, which has the elements before `b`";
    index(value, at, after) =
        "a single element of `{value}` is asked for\nhelp: write `sum({value}[{at}..{after}])` for this element, `{value}[a..b]` for a part";
    index_of_matrix(value) =
        "an element of `{value}` is asked for by two numbers\nonly vectors have parts\nhelp: write a param of its own for each part of a matrix; `{value} @ v` is the product with a vector";
    empty_index(value) = "expected a range, found empty brackets\nhelp: write `{value}[a..b]` for a part";
    colon_range(value, range) = "expected `..` between two bounds, found `:`\nhelp: write `{value}[{range}]`";
    full_range(value) = "the range has no bounds, so it is the whole of `{value}`\nhelp: write `{value}`";

    // Numbers.
    name_suffix(found, number, name) =
        "`{found}` is a number with letters after it\nhelp: write `{number} * {name}` for a product";
    type_suffix(number, suffix) =
        "the number {number} has the type `{suffix}`\nnumbers take the type of the cell's floats\nhelp: write `{number}`";
    radix(found) = "expected a decimal number, found `{found}`\nhelp: write it with the digits 0 to 9";
    infinite_number(found) = "the number {found} is too large for a float\nhelp: write `inf` for infinity, or a number below 1e308";
    other_literal(found) = "expected a number, found {found}\nhelp: write a number such as 0.5; texts and characters have no meaning in equations";
}
