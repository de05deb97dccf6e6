//! Messages of the phase `usage`.

use crate::messages::messages;

messages! {
    unused_parameter(name) =
        "the parameter `{name}` reaches no output, at this step or a later one\nhelp: use it in `step`, or remove it";
    unused_buffer(name) =
        "the buffer `{name}` reaches no output, at this step or a later one\nhelp: use it in `step`, or remove it";
    unused_hyper(name) =
        "the hyper-parameter `{name}` reaches no output, at this step or a later one\nhelp: use it in `step`, or remove it";
    unused_state(name) =
        "the state `{name}` reaches no output, at this step or a later one\nhelp: use it in the output or in what leads there, or remove it";
    state_never_read(name) =
        "the value that the state `{name}` has before the step is never read\na state without it hands nothing from one step to the next\nhelp: read `{name}` above `{name} = …;`, or write `let {name} = …;` and remove the state";
    unused_context(name) =
        "the context `{name}` reaches no output, at this step or a later one\nhelp: use it in `step`, or remove it";
    unused_input(name, silent) =
        "the input `{name}` reaches no output, at this step or a later one\nhelp: use it in `step`, or call it `{silent}` to say that this is meant";
    unused_let(name, silent) =
        "`{name}` reaches no output, at this step or a later one\nhelp: use it, remove it, or call it `{silent}` to say that this is meant";
    unused_helper(name) =
        "the helper `{name}` is called by nothing that reaches an output\nhelp: call it in `step`, or remove it";
}
