//! Shapes, initial values and hyper-parameters.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        message: "not_a_dimension",
        source: "context k: [K]; param K: [H] = zeros; | h = tanh(w @ x + h); h",
        underlined: "K",
        text: "`K` is a parameter, not a dimension\n\
               help: write dimensions of the header and whole numbers in shapes, as in `[2 * H]`",
    },
    Case {
        message: "not_a_dimension",
        source: "param b: [w] = zeros; | h = tanh(w @ x + h + b); h",
        underlined: "w",
        text: "`w` is a parameter, not a dimension\n\
               help: write dimensions of the header and whole numbers in shapes, as in `[2 * H]`",
    },
    Case {
        message: "not_a_dimension",
        source: "param b: [pi] = zeros; | h = tanh(w @ x + h + b); h",
        underlined: "pi",
        text: "`pi` is a number of the language, not a dimension\n\
               help: write dimensions of the header and whole numbers in shapes, as in `[2 * H]`",
    },
    Case {
        message: "not_a_dimension",
        source: "context m: [max]; | h = tanh(w @ x + h + m); h",
        underlined: "max",
        text: "`max` is a function of the language, not a dimension\n\
               help: write dimensions of the header and whole numbers in shapes, as in `[2 * H]`",
    },
    Case {
        message: "unknown_dimension",
        source: "param u: [H, K] = zeros; | h = tanh(w @ x + u @ h); h",
        underlined: "K",
        text: "there is no dimension `K`\n\
               help: add it to the header, as in `cell Broken(…, size: K)`",
    },
    Case {
        message: "axis_of_batch",
        source: "cell A(input: D, hidden: H) { param w: [H, D] = zeros; step(x: [B, D]) -> [B, H] { w @ x } }",
        underlined: "B",
        text: "there is no dimension `B`\n\
               equations are for one example at one time, so there is no axis for a batch or for time\n\
               help: leave this axis out: `[D]`",
    },
    Case {
        message: "axis_of_batch",
        source: "cell A(input: D) { state h: [T, 2 * D]; step(x: [D]) -> [D] { h = concat(x, x); x + h[..D] } }",
        underlined: "T",
        text: "there is no dimension `T`\n\
               equations are for one example at one time, so there is no axis for a batch or for time\n\
               help: leave this axis out: `[2 * D]`",
    },
    Case {
        message: "unknown_dimension_guess",
        source: "cell Broken(input: D, hidden: H, other: Hidden) { param w: [H, D] = glorot_uniform; state h: [H]; param b: [Hiden] = zeros; step(x: [D]) -> [H] { h = tanh(w @ x + b); h } }",
        underlined: "Hiden",
        text: "there is no dimension `Hiden`, did you mean `Hidden`?\n\
               help: write `Hidden`",
    },
    Case {
        message: "dimension_of_call",
        source: "param u: [H, K] = zeros; context m: [K]; | h = tanh(w @ x + u @ m + h); h",
        underlined: "K",
        text: "the dimension `K` is known only when a step is called, from the shape of a context\n\
               only shapes of contexts and of `let` can have it\n\
               help: add it to the header, as in `cell Broken(…, size: K)`",
    },
    Case {
        message: "constant_of_dimension_of_call",
        source: "param b: [H] = uniform(1 / K); context m: [K]; | h = tanh(w @ x + b + sum(m) * h); h",
        underlined: "K",
        text: "the dimension `K` is not known when the cell is made, only when a step is called\n\
               help: add it to the header, as in `cell Broken(…, size: K)`",
    },
    Case {
        message: "not_constant",
        source: "hyper scale = 0.5; param b: [H] = uniform(scale); | h = tanh(w @ x + scale * b + h); h",
        underlined: "scale",
        text: "`scale` is a hyper-parameter, initial values are made from numbers and dimensions of the header\n\
               help: write a number, or a formula such as `1 / sqrt(H)`",
    },
    Case {
        message: "not_constant",
        source: "fn bound(n) = 1 / sqrt(n); param b: [H] = uniform(bound(H)); | h = tanh(w @ x + bound(b) + h); h",
        underlined: "bound",
        text: "`bound` is a helper, initial values are made from numbers and dimensions of the header\n\
               help: write a number, or a formula such as `1 / sqrt(H)`",
    },
    Case {
        message: "hyper_not_constant",
        source: "hyper scale = 1 / sqrt(H); | h = tanh(scale * (w @ x) + h); h",
        underlined: "H",
        text: "`H` is a dimension, a hyper-parameter is a plain number\n\
               help: write the number here, and compute with it in `step`",
    },
    Case {
        message: "unknown_initialiser",
        source: "param b: [H] = fancy; | h = tanh(w @ x + b + h); h",
        underlined: "fancy",
        text: "there is no initialiser `fancy`\n\
               help: write one of `zeros`, `ones`, `constant(c)`, `uniform(a)`, `uniform(low, high)`, `normal(s)`, `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`",
    },
    Case {
        message: "unknown_initialiser_guess",
        source: "param b: [H] = unifrom(0.1); | h = tanh(w @ x + b + h); h",
        underlined: "unifrom",
        text: "there is no initialiser `unifrom`, did you mean `uniform`?\n\
               help: write one of `zeros`, `ones`, `constant(c)`, `uniform(a)`, `uniform(low, high)`, `normal(s)`, `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`",
    },
    Case {
        message: "unknown_initialiser_guess",
        source: "param u: [H, H] = xavier_uniform; | h = tanh(w @ x + u @ h); h",
        underlined: "xavier_uniform",
        text: "there is no initialiser `xavier_uniform`, did you mean `glorot_uniform`?\n\
               help: write one of `zeros`, `ones`, `constant(c)`, `uniform(a)`, `uniform(low, high)`, `normal(s)`, `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`",
    },
    Case {
        message: "initialiser_arguments",
        source: "param b: [H] = uniform; | h = tanh(w @ x + b + h); h",
        underlined: "uniform",
        text: "the initialiser `uniform` takes 1 or 2 arguments, found none\n\
               help: write `uniform(a)` or `uniform(low, high)`",
    },
    Case {
        message: "initialiser_arguments",
        source: "param b: [H] = zeros(H, 2); | h = tanh(w @ x + b + h); h",
        underlined: "zeros(H, 2)",
        text: "the initialiser `zeros` takes no arguments, found 2\n\
               help: write `zeros`",
    },
    Case {
        message: "learned_as_initialiser",
        source: "param b: [H] = learned; | h = tanh(w @ x + b + h); h",
        underlined: "learned",
        text: "`learned` is a start of states, no initialiser\n\
               parameters are always learned, beginning with the values that an initialiser gives\n\
               help: write one of `zeros`, `ones`, `constant(c)`, `uniform(a)`, `uniform(low, high)`, `normal(s)`, `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`",
    },
    Case {
        message: "learned_as_initialiser",
        source: "state c: [H] = learned(learned); | c = tanh(c); h = tanh(w @ x + c + h); h",
        underlined: "learned",
        text: "`learned` is a start of states, no initialiser\n\
               parameters are always learned, beginning with the values that an initialiser gives\n\
               help: write one of `zeros`, `ones`, `constant(c)`, `uniform(a)`, `uniform(low, high)`, `normal(s)`, `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`",
    },
    Case {
        message: "unknown_start",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = fancy; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "fancy",
        text: "a state cannot start as `fancy`\n\
               help: write `zeros`, `ones`, `constant(c)`, `learned` or `learned(normal(0.1))`",
    },
    Case {
        message: "unknown_start_guess",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = lerned; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "lerned",
        text: "a state cannot start as `lerned`, did you mean `learned`?\n\
               help: write `zeros`, `ones`, `constant(c)`, `learned` or `learned(normal(0.1))`",
    },
    Case {
        message: "unknown_start_guess",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = full(2); step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "full",
        text: "a state cannot start as `full`, did you mean `constant`?\n\
               help: write `zeros`, `ones`, `constant(c)`, `learned` or `learned(normal(0.1))`",
    },
    Case {
        message: "start_is_initialiser",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = normal(0.1); step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "normal(0.1)",
        text: "a state cannot start as `normal`, an initialiser of parameters\n\
               help: write `learned(normal(0.1))`, a start that is a parameter of its own",
    },
    Case {
        message: "start_is_initialiser",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = orthogonal; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "orthogonal",
        text: "a state cannot start as `orthogonal`, an initialiser of parameters\n\
               help: write `learned(normal(0.1))`, a start that is a parameter of its own",
    },
    Case {
        message: "start_arguments",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H] = constant; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "constant",
        text: "the start `constant` takes 1 argument, found none\n\
               help: write `constant(c)`",
    },
    Case {
        message: "unknown_in_initialiser",
        source: "param b: [H] = uniform(bound); | h = tanh(w @ x + b + h); h",
        underlined: "bound",
        text: "nothing is called `bound`\n\
               help: make initial values from numbers and dimensions of the header, such as `1 / sqrt(H)`",
    },
    Case {
        message: "unknown_in_hyper",
        source: "hyper scale = 2 * factor; | h = tanh(w @ x + scale * h); h",
        underlined: "factor",
        text: "nothing is called `factor`\n\
               help: write a plain number, and compute with it in `step`",
    },
];
