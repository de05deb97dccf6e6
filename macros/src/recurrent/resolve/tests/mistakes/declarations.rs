//! Names that are declared.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        message: "name_taken",
        source: "param h: [H] = zeros; | h = tanh(w @ x + h); h",
        underlined: "h",
        text: "`h` is a state already and cannot be a parameter too\n\
               a name means one thing in the whole cell\n\
               help: give one of them another name",
    },
    Case {
        message: "name_taken",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(D: [D]) -> [H] { h = tanh(w @ D + h); h } }",
        underlined: "D",
        text: "`D` is a dimension already and cannot be an input too\n\
               a name means one thing in the whole cell\n\
               help: give one of them another name",
    },
    Case {
        message: "name_taken",
        source: "| let x = square(x); h = tanh(w @ x + h); h",
        underlined: "x",
        text: "`x` is an input already and cannot be a `let` too\n\
               a name means one thing in the whole cell\n\
               help: give one of them another name",
    },
    Case {
        message: "name_taken",
        source: "fn w(v) = tanh(v); | h = tanh(w @ x + h); h",
        underlined: "w",
        text: "`w` is a parameter already and cannot be a helper too\n\
               a name means one thing in the whole cell\n\
               help: give one of them another name",
    },
    Case {
        message: "declared_twice",
        source: "param b, b: [H] = zeros; | h = tanh(w @ x + h + b); h",
        underlined: "b",
        text: "`b` is declared twice as a parameter\n\
               help: remove one of them, or give it another name",
    },
    Case {
        message: "declared_twice",
        source: "cell Broken(input: D, hidden: H, output: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "H",
        text: "`H` is declared twice as a dimension\n\
               help: remove one of them, or give it another name",
    },
    Case {
        message: "declared_twice",
        source: "fn act(v) = tanh(v); fn act(v) = sin(v); | h = act(w @ x + h); h",
        underlined: "act",
        text: "`act` is declared twice as a helper\n\
               help: remove one of them, or give it another name",
    },
    Case {
        message: "declared_twice",
        source: "param r#b: [H] = zeros; param b: [H] = zeros; | h = tanh(w @ x + h + b); h",
        underlined: "b",
        text: "`b` is declared twice as a parameter\n\
               help: remove one of them, or give it another name",
    },
    Case {
        message: "let_twice",
        source: "| let a = w @ x + h; let a = tanh(a); h = a; h",
        underlined: "a",
        text: "`let a` stands in `step` twice\n\
               a name means one thing in the whole cell\n\
               help: write `let a_2 = …`, or another name that says what is new about it",
    },
    Case {
        message: "let_twice",
        source: "| let (a, a) = split(x, 2); h = tanh(w @ x + h); h",
        underlined: "a",
        text: "`let a` stands in `step` twice\n\
               a name means one thing in the whole cell\n\
               help: write `let a_2 = …`, or another name that says what is new about it",
    },
    Case {
        message: "let_of_state",
        source: "| let h = tanh(w @ x + h); h",
        underlined: "h",
        text: "`h` is a state, `let` cannot define it again\n\
               help: write `h = …` to give the state its next value, or choose another name",
    },
    Case {
        message: "reserved_function",
        source: "param norm: [H] = ones; | h = tanh(w @ x + norm * h); h",
        underlined: "norm",
        text: "`norm` is a function of the language and cannot be a parameter\n\
               help: choose another name",
    },
    Case {
        message: "reserved_function",
        source: "| let sum = w @ x + h; h = tanh(sum); h",
        underlined: "sum",
        text: "`sum` is a function of the language and cannot be a `let`\n\
               help: choose another name",
    },
    Case {
        message: "reserved_constant",
        source: "param pi: [] = ones; | h = tanh(w @ x + pi * h); h",
        underlined: "pi",
        text: "`pi` is a number of the language and cannot be a parameter\n\
               help: choose another name",
    },
    Case {
        message: "argument_of_new_twice",
        source: "cell Broken(size: D, size: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "size",
        text: "`new` would have two arguments `size`\n\
               help: give one of them another name",
    },
    Case {
        message: "argument_of_new_is_method",
        source: "cell Broken(input: D, count: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "count",
        text: "no argument of `new` can be called `count`\n\
               each becomes a method that returns the size, and cells have a method `count` already\n\
               help: choose another name, for instance `count_size`",
    },
    Case {
        message: "argument_of_new_is_method",
        source: "cell Broken(input: D, scan: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "scan",
        text: "no argument of `new` can be called `scan`\n\
               each becomes a method that returns the size, and cells have a method `scan` already\n\
               help: choose another name, for instance `scan_size`",
    },
    Case {
        message: "argument_of_new_is_generator",
        source: "cell Broken(input: D, rng: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "rng",
        text: "no argument of `new` can be called `rng`\n\
               the last argument of `new` is the random generator `rng`\n\
               help: choose another name, for instance `rng_size`",
    },
    Case {
        message: "too_many_inputs",
        source: "cell Broken(size: N) { context c: [N]; step(a: [N], b: [N], d: [N], e: [N], f: [N], g: [N], h: [N], i: [N]) -> [N] { a + b + c + d + e + f + g + h + i } }",
        underlined: "i",
        text: "a step reads 9 inputs and contexts\n\
               they become a tuple, which has at most 8 parts\n\
               help: join some of them to one vector, and take it apart with `let (a, b) = split(v, 2);`",
    },
    Case {
        message: "field_is_argument_of_new",
        source: "param hidden: [H] = zeros; | h = tanh(w @ x + hidden + h); h",
        underlined: "hidden",
        text: "`hidden` is an argument of `new` and cannot be a parameter too\n\
               both are read through the cell, as `cell.hidden()` and `cell.hidden`\n\
               help: give one of them another name",
    },
    Case {
        message: "field_is_argument_of_new",
        source: "hyper input = 0.5; | h = tanh(w @ x + input * h); h",
        underlined: "input",
        text: "`input` is an argument of `new` and cannot be a hyper-parameter too\n\
               both are read through the cell, as `cell.input()` and `cell.input`\n\
               help: give one of them another name",
    },
    Case {
        message: "field_is_learned_start",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; param initial_h: [H] = zeros; state h: [H] = learned; step(x: [D]) -> [H] { h = tanh(w @ x + initial_h + h); h } }",
        underlined: "initial_h",
        text: "`initial_h` holds the learned start of the state `h` and cannot be a parameter too\n\
               help: choose another name",
    },
    Case {
        message: "field_is_learned_start",
        source: "cell Broken(input: D, initial_h: H) { param w: [H, D] = glorot_uniform; state h: [H] = learned(normal(0.1)); step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "initial_h",
        text: "`initial_h` holds the learned start of the state `h` and cannot be an argument of `new` too\n\
               help: choose another name",
    },
    Case {
        message: "label_twice",
        source: "cell Broken(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> (y: [H], y: [H]) { h = tanh(w @ x + h); (h, square(h)) } }",
        underlined: "y",
        text: "two outputs are called `y`\n\
               help: give one of them another label, or none",
    },
    Case {
        message: "helper_argument_taken",
        source: "fn act(w) = tanh(w); | h = act(w @ x + h); h",
        underlined: "w",
        text: "`w` is a parameter already and cannot be an argument of a helper too\n\
               a name means one thing in the whole cell\n\
               help: give the argument another name, or leave it out: helpers see the names of the cell",
    },
    Case {
        message: "reserved_function",
        source: "fn act(exp) = tanh(exp); | h = act(w @ x + h); h",
        underlined: "exp",
        text: "`exp` is a function of the language and cannot be an argument of a helper\n\
               help: choose another name",
    },
    Case {
        message: "helper_argument_twice",
        source: "fn add(a, a) = a + a; | h = add(w @ x, h); h",
        underlined: "a",
        text: "the helper `add` has two arguments `a`\n\
               help: give one of them another name",
    },
    Case {
        message: "cell_is_type_of_floats",
        source: "cell F(input: D, hidden: H) { param w: [H, D] = glorot_uniform; state h: [H]; step(x: [D]) -> [H] { h = tanh(w @ x + h); h } }",
        underlined: "F",
        text: "no cell can be called `F`\n\
               every cell has the type of its floats as a parameter `F`\n\
               help: choose another name",
    },
];
