//! Names in formulas, and states with their next values.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        message: "never_assigned",
        source: "state c: [H]; | h = tanh(w @ x + c * h); h",
        underlined: "c",
        text: "the state `c` gets no next value\n\
               help: write `c = …;` in `step`; what stays the same is a `context` or a `buffer`",
    },
    Case {
        message: "assigned_twice",
        source: "| h = w @ x + h; h = tanh(h); h",
        underlined: "h",
        text: "the state `h` gets a second next value\n\
               each state is assigned once\n\
               help: give the first value a name with `let`, and assign the last one",
    },
    Case {
        message: "assigned_itself",
        source: "state m: [H]; | m = m; h = tanh(w @ x + m * h); h",
        underlined: "m",
        text: "the state `m` stays what it is\n\
               help: declare `context m` if the caller gives it, or `buffer m` if the cell keeps it",
    },
    Case {
        message: "assigned_itself",
        source: "state m: [H]; | m = (m); h = tanh(w @ x + m * h); h",
        underlined: "m",
        text: "the state `m` stays what it is\n\
               help: declare `context m` if the caller gives it, or `buffer m` if the cell keeps it",
    },
    Case {
        message: "assigned_parameter",
        source: "param b: [H] = zeros; | b = 0.5 * b; h = tanh(w @ x + h + b); h",
        underlined: "b",
        text: "the parameter `b` cannot be assigned\n\
               training changes parameters, a step does not\n\
               help: declare what a step changes as a `state`",
    },
    Case {
        message: "assigned_buffer",
        source: "buffer count: [H] = zeros; | count = count + 1; h = tanh(w @ x + h) / count; h",
        underlined: "count",
        text: "the buffer `count` cannot be assigned\n\
               a step only reads buffers\n\
               help: declare what a step changes as a `state`",
    },
    Case {
        message: "assigned_hyper",
        source: "hyper leak = 0.5; | leak = 0.9 * leak; h = tanh(w @ x + leak * h); h",
        underlined: "leak",
        text: "the hyper-parameter `leak` cannot be assigned\n\
               help: declare what a step changes as a `state`",
    },
    Case {
        message: "assigned_input",
        source: "| x = square(x); h = tanh(w @ x + h); h",
        underlined: "x",
        text: "the input `x` cannot be assigned\n\
               help: give the new value a name of its own, `let x_2 = …;`",
    },
    Case {
        message: "assigned_context",
        source: "context m: [H]; | m = 0.9 * m; h = tanh(w @ x + m * h); h",
        underlined: "m",
        text: "the context `m` cannot be assigned\n\
               a context is the same at every step\n\
               help: declare what a step changes as a `state`, or write `let m_2 = …;`",
    },
    Case {
        message: "assigned_let",
        source: "| let a = w @ x + h; a = tanh(a); h = a; h",
        underlined: "a",
        text: "`a` is defined with `let` and cannot be assigned\n\
               help: give the new value a name of its own, `let a_2 = …;`",
    },
    Case {
        message: "assigned_dimension",
        source: "| H = 3; h = tanh(w @ x + h); h",
        underlined: "H",
        text: "the dimension `H` cannot be assigned\n\
               help: give the new value a name of its own, `let size = …;`",
    },
    Case {
        message: "assigned_helper",
        source: "fn act(v) = tanh(v); | act = 3; h = act(w @ x + h); h",
        underlined: "act",
        text: "the helper `act` cannot be assigned\n\
               help: give the new value a name of its own with `let`",
    },
    Case {
        message: "assigned_reserved",
        source: "| tanh = w @ x + h; h = tanh(w @ x + h); h",
        underlined: "tanh",
        text: "`tanh` belongs to the language and cannot be assigned\n\
               help: give the new value a name of its own with `let`",
    },
    Case {
        message: "assigned_unknown",
        source: "| gate = sigmoid(w @ x); h = gate * h; h",
        underlined: "gate",
        text: "there is no state `gate`\n\
               help: write `let gate = …;` to name a value, or declare `state gate: […];`",
    },
    Case {
        message: "assigned_unknown_guess",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state hidden_state: [H]; step(x: [D]) -> [H] { hiden_state = tanh(w @ x + hidden_state); hidden_state } }",
        underlined: "hiden_state",
        text: "there is no state `hiden_state`, did you mean `hidden_state`?\n\
               help: write `hidden_state = …;`",
    },
    Case {
        message: "unknown_name",
        source: "| h = tanh(w @ x + bias + h); h",
        underlined: "bias",
        text: "nothing is called `bias`\n\
               help: declare it before `step`, or define it above this line with `let bias = …;`",
    },
    Case {
        message: "unknown_name_guess",
        source: "param bias: [H] = zeros; | h = tanh(w @ x + bais + h); h",
        underlined: "bais",
        text: "nothing is called `bais`, did you mean `bias`?\n\
               help: write `bias`",
    },
    Case {
        message: "unknown_name_of_state",
        source: "| h = tanh(w @ x + h_prev); h",
        underlined: "h_prev",
        text: "nothing is called `h_prev`\n\
               `h` is the value before this step until the line `h = …;`, and the new value below it\n\
               help: write `h`, or define `let h_prev = h;`",
    },
    Case {
        message: "unknown_name_of_state",
        source: "| h = tanh(w @ x + h); new_h",
        underlined: "new_h",
        text: "nothing is called `new_h`\n\
               `h` is the value before this step until the line `h = …;`, and the new value below it\n\
               help: write `h`, or define `let new_h = h;`",
    },
    Case {
        message: "unknown_name_foreign",
        source: "| h = sin(PI * (w @ x) + h); h",
        underlined: "PI",
        text: "nothing is called `PI`\n\
               help: write `pi`",
    },
    Case {
        message: "unknown_in_helper",
        source: "fn act(v) = tanh(v + bias); | h = act(w @ x + h); h",
        underlined: "bias",
        text: "nothing is called `bias`\n\
               help: add `bias` to the arguments of `act`, or declare it before `step`",
    },
    Case {
        message: "used_before_let",
        source: "| let a = tanh(b); let b = w @ x + h; h = a; h",
        underlined: "b",
        text: "`b` is used before it is defined\n\
               help: move the line `let b = …;` above this one",
    },
    Case {
        message: "used_before_let_tuple",
        source: "param v: [2 * H, D] = zeros; | h = tanh(w @ x + i * h); let (i, f) = split(v @ x, 2); f * h",
        underlined: "i",
        text: "`i` is used before it is defined\n\
               help: move the line `let (i, f) = …;` above this one",
    },
    Case {
        message: "used_in_own_let",
        source: "| let a = tanh(w @ x + a); h = a * h; h",
        underlined: "a",
        text: "`a` is used in its own definition\n\
               help: declare `state a: […];` and write `a = …;` if it comes from the step before, or use another name",
    },
    Case {
        message: "hidden_from_helper",
        source: "fn act(v) = tanh(v * a); | let a = w @ x; h = act(a + h); h",
        underlined: "a",
        text: "the helper `act` cannot see `a`, a `let` of `step`\n\
               a helper sees its arguments and what is declared before `step`\n\
               help: add an argument to `act`, and write `a` in the call",
    },
    Case {
        message: "hidden_from_helper",
        source: "fn act(v) = tanh(w @ x + v); | h = act(h); h",
        underlined: "x",
        text: "the helper `act` cannot see `x`, an input of `step`\n\
               a helper sees its arguments and what is declared before `step`\n\
               help: add an argument to `act`, and write `x` in the call",
    },
    Case {
        message: "argument_of_new_as_value",
        source: "| h = tanh(w @ x + h) / hidden; h",
        underlined: "hidden",
        text: "`hidden` is only the name of an argument of `new`\n\
               help: write `H` for the size",
    },
    Case {
        message: "argument_of_new_as_value",
        source: "param b: [hidden] = zeros; | h = tanh(w @ x + h + b); h",
        underlined: "hidden",
        text: "`hidden` is only the name of an argument of `new`\n\
               help: write `H` for the size",
    },
    Case {
        message: "function_as_value",
        source: "| h = tanh * (w @ x + h); h",
        underlined: "tanh",
        text: "`tanh` is a function and needs its arguments\n\
               help: write `tanh(v)`",
    },
    Case {
        message: "function_as_value",
        source: "| h = elu + w @ x + h; h",
        underlined: "elu",
        text: "`elu` is a function and needs its arguments\n\
               help: write `elu(v)` or `elu(v, alpha)`",
    },
    Case {
        message: "helper_as_value",
        source: "fn act(a, b) = tanh(a + b); | h = act * (w @ x + h); h",
        underlined: "act",
        text: "`act` is a helper and needs its arguments\n\
               help: write `act(a, b)`",
    },
];
