//! Messages of the phase `names`.
//!
//! `kind` is what a name stands for, with its article: `a state`, `an input`.

use crate::messages::messages;

messages! {
    // Declarations.
    name_taken(name, first, second) =
        "`{name}` is {first} already and cannot be {second} too\na name means one thing in the whole cell\nhelp: give one of them another name";
    declared_twice(kind, name) =
        "`{name}` is declared twice as {kind}\nhelp: remove one of them, or give it another name";
    let_twice(name) =
        "`let {name}` stands in `step` twice\na name means one thing in the whole cell\nhelp: write `let {name}_2 = …`, or another name that says what is new about it";
    let_of_state(name) =
        "`{name}` is a state, `let` cannot define it again\nhelp: write `{name} = …` to give the state its next value, or choose another name";
    reserved_function(name, kind) =
        "`{name}` is a function of the language and cannot be {kind}\nhelp: choose another name";
    reserved_constant(name, kind) =
        "`{name}` is a number of the language and cannot be {kind}\nhelp: choose another name";
    argument_of_new_twice(name) =
        "`new` would have two arguments `{name}`\nhelp: give one of them another name";
    argument_of_new_is_method(name) =
        "no argument of `new` can be called `{name}`\neach becomes a method that returns the size, and cells have a method `{name}` already\nhelp: choose another name, for instance `{name}_size`";
    argument_of_new_is_generator() =
        "no argument of `new` can be called `rng`\nthe last argument of `new` is the random generator `rng`\nhelp: choose another name, for instance `rng_size`";
    field_is_argument_of_new(name, kind) =
        "`{name}` is an argument of `new` and cannot be {kind} too\nboth are read through the cell, as `cell.{name}()` and `cell.{name}`\nhelp: give one of them another name";
    field_is_learned_start(name, kind, state) =
        "`{name}` holds the learned start of the state `{state}` and cannot be {kind} too\nhelp: choose another name";
    cell_is_type_of_floats() =
        "no cell can be called `F`\nevery cell has the type of its floats as a parameter `F`\nhelp: choose another name";
    too_many_inputs(count) =
        "a step reads {count} inputs and contexts\nthey become a tuple, which has at most 8 parts\nhelp: join some of them to one vector, and take it apart with `let (a, b) = split(v, 2);`";
    label_twice(name) = "two outputs are called `{name}`\nhelp: give one of them another label, or none";
    helper_argument_taken(name, kind) =
        "`{name}` is {kind} already and cannot be an argument of a helper too\na name means one thing in the whole cell\nhelp: give the argument another name, or leave it out: helpers see the names of the cell";
    helper_argument_twice(helper, name) =
        "the helper `{helper}` has two arguments `{name}`\nhelp: give one of them another name";

    // States and their next values.
    never_assigned(name) =
        "the state `{name}` gets no next value\nhelp: write `{name} = …;` in `step`; what stays the same is a `context` or a `buffer`";
    assigned_twice(name) =
        "the state `{name}` gets a second next value\neach state is assigned once\nhelp: give the first value a name with `let`, and assign the last one";
    assigned_itself(name) =
        "the state `{name}` stays what it is\nhelp: declare `context {name}` if the caller gives it, or `buffer {name}` if the cell keeps it";
    assigned_parameter(name) =
        "the parameter `{name}` cannot be assigned\ntraining changes parameters, a step does not\nhelp: declare what a step changes as a `state`";
    assigned_buffer(name) =
        "the buffer `{name}` cannot be assigned\na step only reads buffers\nhelp: declare what a step changes as a `state`";
    assigned_hyper(name) =
        "the hyper-parameter `{name}` cannot be assigned\nhelp: declare what a step changes as a `state`";
    assigned_input(name) =
        "the input `{name}` cannot be assigned\nhelp: give the new value a name of its own, `let {name}_2 = …;`";
    assigned_context(name) =
        "the context `{name}` cannot be assigned\na context is the same at every step\nhelp: declare what a step changes as a `state`, or write `let {name}_2 = …;`";
    assigned_let(name) =
        "`{name}` is defined with `let` and cannot be assigned\nhelp: give the new value a name of its own, `let {name}_2 = …;`";
    assigned_dimension(name) =
        "the dimension `{name}` cannot be assigned\nhelp: give the new value a name of its own, `let size = …;`";
    assigned_helper(name) =
        "the helper `{name}` cannot be assigned\nhelp: give the new value a name of its own with `let`";
    assigned_reserved(name) =
        "`{name}` belongs to the language and cannot be assigned\nhelp: give the new value a name of its own with `let`";
    assigned_unknown(name) =
        "there is no state `{name}`\nhelp: write `let {name} = …;` to name a value, or declare `state {name}: […];`";
    assigned_unknown_guess(name, guess) =
        "there is no state `{name}`, did you mean `{guess}`?\nhelp: write `{guess} = …;`";

    // Names in values.
    unknown_name(name) =
        "nothing is called `{name}`\nhelp: declare it before `step`, or define it above this line with `let {name} = …;`";
    unknown_name_guess(name, guess) = "nothing is called `{name}`, did you mean `{guess}`?\nhelp: write `{guess}`";
    unknown_name_of_state(name, state) =
        "nothing is called `{name}`\n`{state}` is the value before this step until the line `{state} = …;`, and the new value below it\nhelp: write `{state}`, or define `let {name} = {state};`";
    unknown_name_foreign(name, instead) = "nothing is called `{name}`\nhelp: write {instead}";
    unknown_in_helper(name, helper) =
        "nothing is called `{name}`\nhelp: add `{name}` to the arguments of `{helper}`, or declare it before `step`";
    unknown_in_initialiser(name, example) =
        "nothing is called `{name}`\nhelp: make initial values from numbers and dimensions of the header, such as `1 / sqrt({example})`";
    unknown_in_hyper(name) = "nothing is called `{name}`\nhelp: write a plain number, and compute with it in `step`";
    used_before_let(name) =
        "`{name}` is used before it is defined\nhelp: move the line `let {name} = …;` above this one";
    used_before_let_tuple(name, line) =
        "`{name}` is used before it is defined\nhelp: move the line `let {line} = …;` above this one";
    used_in_own_let(name) =
        "`{name}` is used in its own definition\nhelp: declare `state {name}: […];` and write `{name} = …;` if it comes from the step before, or use another name";
    hidden_from_helper(name, kind, helper) =
        "the helper `{helper}` cannot see `{name}`, {kind} of `step`\na helper sees its arguments and what is declared before `step`\nhelp: add an argument to `{helper}`, and write `{name}` in the call";
    argument_of_new_as_value(name, dimension) =
        "`{name}` is only the name of an argument of `new`\nhelp: write `{dimension}` for the size";
    function_as_value(name, usage) = "`{name}` is a function and needs its arguments\nhelp: write `{usage}`";
    helper_as_value(name, usage) = "`{name}` is a helper and needs its arguments\nhelp: write `{usage}`";

    // Calls.
    unknown_function(name) =
        "there is no function `{name}`\nhelp: define it before `step`, as `fn {name}(v) = …;`";
    unknown_function_guess(name, guess) =
        "there is no function `{name}`, did you mean `{guess}`?\nhelp: write `{guess}`";
    unknown_function_foreign(name, instead) = "there is no function `{name}`\nhelp: write {instead}";
    random_function(name) =
        "there is no function `{name}`\na step has no randomness of its own, so that it can be repeated\nhelp: declare the random numbers or the mask as a `context` (the same at all steps) or as an input";
    initialiser_as_function(name, number) =
        "`{name}` makes initial values and is no function\nhelp: write {number}, a number stretches over vectors and matrices";
    not_a_function(name, kind) =
        "`{name}` is {kind}, not a function\nhelp: write `{name} * (…)` for a product by elements, `{name} @ (…)` for a product with a matrix";
    number_is_no_function(name) = "`{name}` is a number, not a function\nhelp: write `{name}`";
    wrong_arguments(name, expected, found, usage) =
        "`{name}` takes {expected}, found {found}\nhelp: write `{usage}`";
    maximum_of_one(name, other) =
        "`{name}` compares two values element by element, found one\nhelp: write `{other}(v)` for one element of a vector, or `{name}(a, b)`";
    max_of_several(name, other, found) =
        "`{name}` picks one element of a vector, found {found}\nhelp: write `{other}(a, b)` to compare two values element by element, or `{name}(v)`";
    wrong_arguments_of_helper(name, expected, found, usage) =
        "the helper `{name}` takes {expected}, found {found}\nhelp: write `{usage}`";
    calls_itself(helper) =
        "the helper `{helper}` calls itself\nhelpers are written out where they are called, which would never end\nhelp: write the repetitions one after the other, each as a call of a helper that does one";
    call_each_other(helper, path) =
        "the helper `{helper}` calls itself by way of others: {path}\nhelpers are written out where they are called, which would never end\nhelp: remove one of these calls";

    // Several values at once.
    split_elsewhere() =
        "`split` gives several values and can stand only directly after `let (…) =`\nhelp: write `let (a, b) = split(v, 2);`, and use the names";
    several_values(helper, found) =
        "the helper `{helper}` gives {found} values where one is expected\nhelp: write `let (…) = {helper}(…);` with {found} names, and use the names";
    names_for_one_value(names) =
        "{names} names for one value\nhelp: write one name, or take a vector apart with `let (…) = split(…, {names});`";

    // Dimensions.
    not_a_dimension(name, kind, example) =
        "`{name}` is {kind}, not a dimension\nhelp: write dimensions of the header and whole numbers in shapes, as in `[2 * {example}]`";
    unknown_dimension(name, cell) =
        "there is no dimension `{name}`\nhelp: add it to the header, as in `cell {cell}(…, size: {name})`";
    axis_of_batch(name, shape) =
        "there is no dimension `{name}`\nequations are for one example at one time, so there is no axis for a batch or for time\nhelp: leave this axis out: `[{shape}]`";
    unknown_dimension_guess(name, guess) =
        "there is no dimension `{name}`, did you mean `{guess}`?\nhelp: write `{guess}`";
    dimension_of_call(name, cell) =
        "the dimension `{name}` is known only when a step is called, from the shape of a context\nonly shapes of contexts and of `let` can have it\nhelp: add it to the header, as in `cell {cell}(…, size: {name})`";

    // Constants.
    constant_of_dimension_of_call(name, cell) =
        "the dimension `{name}` is not known when the cell is made, only when a step is called\nhelp: add it to the header, as in `cell {cell}(…, size: {name})`";
    not_constant(name, kind, example) =
        "`{name}` is {kind}, initial values are made from numbers and dimensions of the header\nhelp: write a number, or a formula such as `1 / sqrt({example})`";
    hyper_not_constant(name, kind) =
        "`{name}` is {kind}, a hyper-parameter is a plain number\nhelp: write the number here, and compute with it in `step`";

    // Initialisers and starts.
    unknown_initialiser(name, known) =
        "there is no initialiser `{name}`\nhelp: write one of {known}";
    unknown_initialiser_guess(name, guess, known) =
        "there is no initialiser `{name}`, did you mean `{guess}`?\nhelp: write one of {known}";
    initialiser_arguments(name, expected, found, usage) =
        "the initialiser `{name}` takes {expected}, found {found}\nhelp: write `{usage}`";
    learned_as_initialiser(known) =
        "`learned` is a start of states, no initialiser\nparameters are always learned, beginning with the values that an initialiser gives\nhelp: write one of {known}";
    unknown_start(name) =
        "a state cannot start as `{name}`\nhelp: write `zeros`, `ones`, `constant(c)`, `learned` or `learned(normal(0.1))`";
    unknown_start_guess(name, guess) =
        "a state cannot start as `{name}`, did you mean `{guess}`?\nhelp: write `zeros`, `ones`, `constant(c)`, `learned` or `learned(normal(0.1))`";
    start_is_initialiser(name, usage) =
        "a state cannot start as `{name}`, an initialiser of parameters\nhelp: write `learned({usage})`, a start that is a parameter of its own";
    start_arguments(name, expected, found, usage) =
        "the start `{name}` takes {expected}, found {found}\nhelp: write `{usage}`";
}
