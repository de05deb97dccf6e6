//! Every message of the derives, each once: what was expected, what was found, what to write instead.

macro_rules! messages {
    ($( $name:ident($($argument:ident),*) = $text:literal; )*) => {
        $(
            pub(crate) fn $name($($argument: impl std::fmt::Display),*) -> String {
                format!($text)
            }
        )*

        /// The names of all messages, so that a test can ask for an example of each.
        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}
pub(crate) use messages;

messages! {
    // The shape of an attribute. `attribute` is `module` or `state`, `keys` what it takes at this place.
    bare_attribute(attribute, keys) =
        "expected keys in parentheses, found a bare `#[{attribute}]`: write `#[{attribute}(…)]` with {keys}";
    attribute_with_value(attribute, keys) =
        "expected keys in parentheses, found `=`: write `#[{attribute}(…)]` with {keys}";
    other_brackets(attribute, keys) =
        "expected parentheses, found other brackets: write `#[{attribute}(…)]` with {keys}";
    empty_attribute(attribute, keys) =
        "expected a key, found empty parentheses: write {keys}, or remove `#[{attribute}()]`";
    not_a_key(found, keys) = "expected a key, found `{found}`: write {keys}";
    missing_key(keys) = "expected a key before this comma: write {keys}, or remove the comma";
    attribute_on_variant(attribute) =
        "`#[{attribute}(…)]` has no meaning on a variant: write it on the fields of the variant or above the enum";

    // Keys.
    unknown_key(key, keys) = "unknown key `{key}`: expected {keys}";
    unknown_key_guess(key, guess, keys) = "unknown key `{key}`, did you mean `{guess}`? expected {keys}";
    field_key_on_type(attribute, key, setting) =
        "`{key}` belongs on a field, not on the type: write `#[{attribute}({setting})]` before each field it is meant for";
    type_key_on_field(attribute, key, example) =
        "`{key}` belongs on the type, not on a field: write `#[{attribute}({example})]` above the type";
    duplicate_key(key) = "`{key}` is given twice: remove one of them";
    skip_with_other(key) =
        "`skip` and `{key}` contradict each other, a skipped field has no parameters and no name: remove one of them";

    // Values of keys.
    takes_no_value(attribute, key) = "`{key}` takes no value: write `#[{attribute}({key})]`";
    needs_value(key, example) = "expected a value for `{key}`, found none: write `{example}`";
    needs_equals(key, example) = "expected `=` after `{key}`: write `{example}`";
    needs_string(key, found, example) = "expected a string for `{key}`, found `{found}`: write `{example}`";
    needs_path(key, found, example) = "expected a path without quotes for `{key}`, found `{found}`: write `{example}`";
    unreadable_bound(reason, example) =
        "expected where-predicates in `bound`: {reason}; write for example `{example}`, or `bound = \"\"` for none";

    // Names of fields.
    empty_name() = "expected a name, found an empty string: write `rename = \"name\"`";
    name_with_dot(name) =
        "expected one segment of a path, found a dot in `{name}`: dots separate the levels of the tree, write `_` instead";
    duplicate_name(name) =
        "another field is named `{name}` already: write a name that no other field has, it leads to the parameters below";

    // What can be derived.
    union(derive) =
        "`{derive}` cannot be derived for a union, nobody knows which field is alive: write an enum with one variant for each field";
    state_enum() =
        "`State` cannot be derived for an enum, a state has the same tensors at every step: write a struct with all of them";

    // Types of fields.
    reference(attribute) =
        "a reference cannot be rebuilt: hold the value itself, or mark the field `#[{attribute}(skip)]`";
    shared_pointer(pointer, attribute) =
        "`{pointer}` would hide that its parameters are shared: hold the module itself and make further handles with `share()`, or mark the field `#[{attribute}(skip)]`";
    shared_state(pointer, attribute) =
        "`{pointer}` cannot be rebuilt: hold the tensors themselves, clones of them are cheap, or mark the field `#[{attribute}(skip)]`";
    hash_map(attribute) =
        "a `HashMap` has no fixed order: write `BTreeMap<String, …>`, or mark the field `#[{attribute}(skip)]`";
    hash_set(attribute) =
        "a `HashSet` has no fixed order: write `Vec<…>`, or mark the field `#[{attribute}(skip)]`";
    interior(wrapper, attribute) =
        "a `{wrapper}` can change while it is read: hold the value itself, or mark the field `#[{attribute}(skip)]`";
    trait_object(attribute) =
        "a trait object cannot be rebuilt: write an enum with one variant for each type, or mark the field `#[{attribute}(skip)]`";
    bare_tensor() =
        "a bare `Tensor` is not a parameter: write `Param<…>` to train it, `Buffer<…>` to save it, or mark it `#[module(skip)]`";
    parameter_in_state(kind) =
        "a `{kind}` cannot be part of a state, what is trained or saved belongs in the module: move it there, or write `Tensor<…>`";
}
