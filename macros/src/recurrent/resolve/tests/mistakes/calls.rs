//! Calls, and several values at once.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        message: "unknown_function",
        source: "| h = wobble(w @ x + h); h",
        underlined: "wobble",
        text: "there is no function `wobble`\n\
               help: define it before `step`, as `fn wobble(v) = …;`",
    },
    Case {
        message: "unknown_function_guess",
        source: "| h = sigmod(w @ x + h); h",
        underlined: "sigmod",
        text: "there is no function `sigmod`, did you mean `sigmoid`?\n\
               help: write `sigmoid`",
    },
    Case {
        message: "unknown_function_guess",
        source: "| h = tanh_(w @ x + h); h",
        underlined: "tanh_",
        text: "there is no function `tanh_`, did you mean `tanh`?\n\
               help: write `tanh`",
    },
    Case {
        message: "unknown_function_guess",
        source: "fn gate(a) = sigmoid(a); | h = gaet(w @ x + h); h",
        underlined: "gaet",
        text: "there is no function `gaet`, did you mean `gate`?\n\
               help: write `gate`",
    },
    Case {
        message: "unknown_function_foreign",
        source: "| h = swish(w @ x + h); h",
        underlined: "swish",
        text: "there is no function `swish`\n\
               help: write `silu(v)`",
    },
    Case {
        message: "unknown_function_foreign",
        source: "| h = log(1 + square(w @ x + h)); h",
        underlined: "log",
        text: "there is no function `log`\n\
               help: write `ln(v)`",
    },
    Case {
        message: "unknown_function_foreign",
        source: "| h = tanh(matmul(w, x) + h); h",
        underlined: "matmul",
        text: "there is no function `matmul`\n\
               help: write `w @ x`",
    },
    Case {
        message: "random_function",
        source: "| h = tanh(w @ x + dropout(h, 0.5)); h",
        underlined: "dropout",
        text: "there is no function `dropout`\n\
               a step has no randomness of its own, so that it can be repeated\n\
               help: declare the random numbers or the mask as a `context` (the same at all steps) or as an input",
    },
    Case {
        message: "initialiser_as_function",
        source: "| h = maximum(w @ x + h, zeros(H)); h",
        underlined: "zeros",
        text: "`zeros` makes initial values and is no function\n\
               help: write `0`, a number stretches over vectors and matrices",
    },
    Case {
        message: "not_a_function",
        source: "| h = tanh(w(x) + h); h",
        underlined: "w",
        text: "`w` is a parameter, not a function\n\
               help: write `w * (…)` for a product by elements, `w @ (…)` for a product with a matrix",
    },
    Case {
        message: "not_a_function",
        source: "fn act(v) = v(2); | h = act(w @ x + h); h",
        underlined: "v",
        text: "`v` is an argument of the helper, not a function\n\
               help: write `v * (…)` for a product by elements, `v @ (…)` for a product with a matrix",
    },
    Case {
        message: "number_is_no_function",
        source: "| h = sin(pi() * (w @ x) + h); h",
        underlined: "pi",
        text: "`pi` is a number, not a function\n\
               help: write `pi`",
    },
    Case {
        message: "unknown_function_foreign",
        source: "| h = σ(w @ x + h); h",
        underlined: "σ",
        text: "there is no function `σ`\n\
               help: write `sigmoid(v)`",
    },
    Case {
        message: "unknown_function_foreign",
        source: "| h = tanh(T(w) @ h + x); h",
        underlined: "T",
        text: "there is no function `T`\n\
               help: write `transpose(w)`",
    },
    Case {
        message: "wrong_arguments",
        source: "| h = tanh(w @ x, h); h",
        underlined: "tanh(w @ x, h)",
        text: "`tanh` takes 1 argument, found 2\n\
               help: write `tanh(v)`",
    },
    Case {
        message: "wrong_arguments",
        source: "| h = concat(); h",
        underlined: "concat()",
        text: "`concat` takes at least 1 argument, found none\n\
               help: write `concat(a, b, …)`",
    },
    Case {
        message: "wrong_arguments",
        source: "| h = elu(w @ x, 1, h); h",
        underlined: "elu(w @ x, 1, h)",
        text: "`elu` takes 1 or 2 arguments, found 3\n\
               help: write `elu(v)` or `elu(v, alpha)`",
    },
    Case {
        message: "wrong_arguments",
        source: "| h = clamp(w @ x + h, 1); h",
        underlined: "clamp(w @ x + h, 1)",
        text: "`clamp` takes 3 arguments, found 2\n\
               help: write `clamp(v, low, high)`",
    },
    Case {
        message: "maximum_of_one",
        source: "| h = tanh(w @ x + h) / maximum(h); h",
        underlined: "maximum(h)",
        text: "`maximum` compares two values element by element, found one\n\
               help: write `max(v)` for one element of a vector, or `maximum(a, b)`",
    },
    Case {
        message: "max_of_several",
        source: "| h = max(w @ x, h); h",
        underlined: "max(w @ x, h)",
        text: "`max` picks one element of a vector, found 2\n\
               help: write `maximum(a, b)` to compare two values element by element, or `max(v)`",
    },
    Case {
        message: "max_of_several",
        source: "| h = min(w @ x, h, 3); h",
        underlined: "min(w @ x, h, 3)",
        text: "`min` picks one element of a vector, found 3\n\
               help: write `minimum(a, b)` to compare two values element by element, or `min(v)`",
    },
    Case {
        message: "wrong_arguments_of_helper",
        source: "fn act(a, b) = tanh(a + b); | h = act(w @ x + h); h",
        underlined: "act(w @ x + h)",
        text: "the helper `act` takes 2 arguments, found 1\n\
               help: write `act(a, b)`",
    },
    Case {
        message: "calls_itself",
        source: "fn act(v) = tanh(act(v)); | h = act(w @ x + h); h",
        underlined: "act(v)",
        text: "the helper `act` calls itself\n\
               helpers are written out where they are called, which would never end\n\
               help: write the repetitions one after the other, each as a call of a helper that does one",
    },
    Case {
        message: "call_each_other",
        source: "fn first(v) = tanh(second(v)); fn second(v) = sin(first(v)); | h = first(w @ x + h); h",
        underlined: "first(v)",
        text: "the helper `first` calls itself by way of others: `first` → `second` → `first`\n\
               helpers are written out where they are called, which would never end\n\
               help: remove one of these calls",
    },
    Case {
        message: "split_elsewhere",
        source: "| h = tanh(w @ x + split(h, 2)); h",
        underlined: "split(h, 2)",
        text: "`split` gives several values and can stand only directly after `let (…) =`\n\
               help: write `let (a, b) = split(v, 2);`, and use the names",
    },
    Case {
        message: "split_elsewhere",
        source: "fn halves(v) = split(v, 2); | let (a, b) = halves(w @ x); h = tanh(concat(a, b) + h); h",
        underlined: "split(v, 2)",
        text: "`split` gives several values and can stand only directly after `let (…) =`\n\
               help: write `let (a, b) = split(v, 2);`, and use the names",
    },
    Case {
        message: "split_elsewhere",
        source: "| let a = split(w @ x, 2); h = tanh(a + h); h",
        underlined: "split(w @ x, 2)",
        text: "`split` gives several values and can stand only directly after `let (…) =`\n\
               help: write `let (a, b) = split(v, 2);`, and use the names",
    },
    Case {
        message: "several_values",
        source: "fn halves(v) = (v[..H], v[H..]); | h = tanh(w @ x + halves(concat(h, h))); h",
        underlined: "halves(concat(h, h))",
        text: "the helper `halves` gives 2 values where one is expected\n\
               help: write `let (…) = halves(…);` with 2 names, and use the names",
    },
    Case {
        message: "names_for_one_value",
        source: "| let (a, b) = tanh(w @ x); h = a * b * h; h",
        underlined: "tanh(w @ x)",
        text: "2 names for one value\n\
               help: write one name, or take a vector apart with `let (…) = split(…, 2);`",
    },
    Case {
        message: "names_for_one_value",
        source: "fn act(v) = tanh(v); | let (a, b) = act(w @ x); h = a * b * h; h",
        underlined: "act(w @ x)",
        text: "2 names for one value\n\
               help: write one name, or take a vector apart with `let (…) = split(…, 2);`",
    },
    Case {
        message: "names_for_one_value",
        source: "| let (a, b, c) = w @ x; h = a * b * c * h; h",
        underlined: "w @ x",
        text: "3 names for one value\n\
               help: write one name, or take a vector apart with `let (…) = split(…, 3);`",
    },
];
