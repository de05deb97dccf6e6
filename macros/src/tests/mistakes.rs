//! One case for each mistake: the message and the source text that the compiler underlines.

use super::Derive::{self, Module, State};

/// A type with one mistake.
pub(super) struct Case {
    /// The name of the message in the table.
    pub(super) message: &'static str,
    derive: Derive,
    source: &'static str,
    underlined: &'static str,
    pub(super) text: &'static str,
}

#[test]
fn each_case_is_one_error_at_its_place() {
    for case in CASES {
        let mistakes = case.derive.mistakes(case.source);
        assert_eq!(mistakes.len(), 1, "{}: {mistakes:?}", case.source);
        let (text, underlined) = &mistakes[0];
        assert_eq!(text, case.text, "{}", case.source);
        assert_eq!(underlined, case.underlined, "{}", case.source);
    }
}

#[test]
fn each_case_still_gets_its_impl() {
    for case in CASES {
        let expansion = case.derive.expand(case.source);
        let trait_path = match case.derive {
            Module => "::recurve::Module for",
            State => "::recurve::Tensors for",
        };
        assert!(expansion.contains(trait_path), "{expansion}");
        assert!(expansion.contains("compile_error"), "{expansion}");
    }
}

#[test]
fn mistakes_add_up() {
    let source = "
        #[module(bund = \"\")]
        struct Many {
            #[module(skipp)]
            first: Linear,
            #[module(rename = \"\")]
            second: Linear,
            third: Arc<Linear>,
        }";
    let underlined: Vec<String> = Module.mistakes(source).into_iter().map(|(_, underlined)| underlined).collect();
    assert_eq!(underlined, ["bund", "skipp", "\"\"", "Arc<Linear>"]);
}

#[test]
fn several_mistakes_in_one_attribute_add_up() {
    let source = "struct Many(#[module(skipp, , frozen = true, \"x\")] Linear);";
    let underlined: Vec<String> = Module.mistakes(source).into_iter().map(|(_, underlined)| underlined).collect();
    assert_eq!(underlined, [",", "\"x\"", "skipp", "frozen = true"]);
}

#[test]
fn a_field_with_a_mistake_in_its_attribute_is_not_judged() {
    let source = "struct One { #[module(skpi)] a: Arc<Linear>, #[module(skip = true)] b: Tensor }";
    let underlined: Vec<String> = Module.mistakes(source).into_iter().map(|(_, underlined)| underlined).collect();
    assert_eq!(underlined, ["skpi", "skip = true"]);
}

#[test]
fn skipped_fields_may_have_any_type() {
    let source = "struct Free {
        #[module(skip)] a: Arc<Linear>,
        #[module(skip)] b: Tensor,
        #[module(skip)] c: Box<dyn Fn()>,
        #[module(skip)] d: &'static Linear,
    }";
    assert!(Module.mistakes(source).is_empty());
}

#[test]
fn types_that_only_look_alike_pass() {
    let source = "struct Free {
        a: crate::Tensor,
        b: super::HashMap<u8>,
        c: Cell,
        d: Cell<f32>,
        e: PhantomData<Tensor>,
        f: fn(&Tensor) -> Tensor,
        g: &'static str,
        h: Wrapper<Arc<u8>>,
    }";
    assert!(Module.mistakes(source).is_empty());
}

#[test]
fn names_are_unique_within_one_variant_only() {
    let source = "enum Two { A { x: L, #[module(rename = \"y\")] z: L }, B { #[module(rename = \"x\")] w: L } }";
    assert!(Module.mistakes(source).is_empty());
}

#[test]
fn a_skipped_field_has_no_name() {
    let source = "struct One { #[module(skip)] x: L, #[module(rename = \"x\")] y: L }";
    assert!(Module.mistakes(source).is_empty());
}

#[test]
fn what_the_compiler_refuses_is_left_to_it() {
    for source in ["struct A { x: impl Fn() }", "struct A { x: Vec<_> }", "struct A { x: L, x: L }"] {
        assert!(Module.mistakes(source).is_empty());
        assert!(Module.expand(source).contains("::core::unreachable!()"));
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        message: "field_key_on_type",
        derive: Module,
        source: r#"#[module(rename = "b")] enum A {}"#,
        underlined: r#"rename = "b""#,
        text: r#"`rename` belongs on a field, not on the type: write `#[module(rename = "b")]` before each field it is meant for"#,
    },
    Case {
        message: "bare_attribute",
        derive: Module,
        source: "struct A(#[module] L);",
        underlined: "#[module]",
        text: "expected keys in parentheses, found a bare `#[module]`: write `#[module(…)]` with `skip`, `frozen` or `rename`",
    },
    Case {
        message: "bare_attribute",
        derive: Module,
        source: "#[module] struct A;",
        underlined: "#[module]",
        text: "expected keys in parentheses, found a bare `#[module]`: write `#[module(…)]` with `crate` or `bound`",
    },
    Case {
        message: "bare_attribute",
        derive: State,
        source: "struct A(#[state] T);",
        underlined: "#[state]",
        text: "expected keys in parentheses, found a bare `#[state]`: write `#[state(…)]` with `skip`",
    },
    Case {
        message: "attribute_with_value",
        derive: Module,
        source: r#"struct A(#[module = "skip"] L);"#,
        underlined: r#"#[module = "skip"]"#,
        text: "expected keys in parentheses, found `=`: write `#[module(…)]` with `skip`, `frozen` or `rename`",
    },
    Case {
        message: "other_brackets",
        derive: Module,
        source: "struct A(#[module[skip]] L);",
        underlined: "#[module[skip]]",
        text: "expected parentheses, found other brackets: write `#[module(…)]` with `skip`, `frozen` or `rename`",
    },
    Case {
        message: "empty_attribute",
        derive: Module,
        source: "struct A(#[module()] L);",
        underlined: "#[module()]",
        text: "expected a key, found empty parentheses: write `skip`, `frozen` or `rename`, or remove `#[module()]`",
    },
    Case {
        message: "not_a_key",
        derive: Module,
        source: r#"struct A(#[module("skip")] L);"#,
        underlined: r#""skip""#,
        text: r#"expected a key, found `"skip"`: write `skip`, `frozen` or `rename`"#,
    },
    Case {
        message: "missing_key",
        derive: Module,
        source: r#"struct A(#[module(frozen,, rename = "a")] L);"#,
        underlined: ",",
        text: "expected a key before this comma: write `skip`, `frozen` or `rename`, or remove the comma",
    },
    Case {
        message: "attribute_on_variant",
        derive: Module,
        source: r#"enum A { #[module(rename = "b")] B(L) }"#,
        underlined: r#"#[module(rename = "b")]"#,
        text: "`#[module(…)]` has no meaning on a variant: write it on the fields of the variant or above the enum",
    },
    Case {
        message: "unknown_key",
        derive: Module,
        source: "struct A(#[module(trainable)] L);",
        underlined: "trainable",
        text: "unknown key `trainable`: expected `skip`, `frozen` or `rename`",
    },
    Case {
        message: "unknown_key",
        derive: Module,
        source: r#"#[module(tied = "a")] struct A;"#,
        underlined: "tied",
        text: "unknown key `tied`: expected `crate` or `bound`",
    },
    Case {
        message: "unknown_key",
        derive: State,
        source: "struct A(#[state(frozen)] T);",
        underlined: "frozen",
        text: "unknown key `frozen`: expected `skip`",
    },
    Case {
        message: "unknown_key_guess",
        derive: Module,
        source: "struct A(#[module(skipp)] L);",
        underlined: "skipp",
        text: "unknown key `skipp`, did you mean `skip`? expected `skip`, `frozen` or `rename`",
    },
    Case {
        message: "unknown_key_guess",
        derive: Module,
        source: r#"#[module(bounds = "")] struct A;"#,
        underlined: "bounds",
        text: "unknown key `bounds`, did you mean `bound`? expected `crate` or `bound`",
    },
    Case {
        message: "field_key_on_type",
        derive: Module,
        source: "#[module(frozen)] struct A(L);",
        underlined: "frozen",
        text: "`frozen` belongs on a field, not on the type: write `#[module(frozen)]` before each field it is meant for",
    },
    Case {
        message: "type_key_on_field",
        derive: Module,
        source: "struct A(#[module(crate = neural)] L);",
        underlined: "crate = neural",
        text: "`crate` belongs on the type, not on a field: write `#[module(crate = path)]` above the type",
    },
    Case {
        message: "duplicate_key",
        derive: Module,
        source: "struct A(#[module(skip, skip)] L);",
        underlined: "skip",
        text: "`skip` is given twice: remove one of them",
    },
    Case {
        message: "duplicate_key",
        derive: Module,
        source: r#"struct A(#[module(rename = "a")] #[module(rename = "b")] L);"#,
        underlined: r#"rename = "b""#,
        text: "`rename` is given twice: remove one of them",
    },
    Case {
        message: "skip_with_other",
        derive: Module,
        source: "struct A(#[module(skip, frozen)] L);",
        underlined: "skip",
        text: "`skip` and `frozen` contradict each other, a skipped field has no parameters and no name: remove one of them",
    },
    Case {
        message: "skip_with_other",
        derive: Module,
        source: r#"struct A(#[module(rename = "a", skip)] L);"#,
        underlined: "skip",
        text: "`skip` and `rename` contradict each other, a skipped field has no parameters and no name: remove one of them",
    },
    Case {
        message: "takes_no_value",
        derive: Module,
        source: "struct A(#[module(skip = true)] L);",
        underlined: "skip = true",
        text: "`skip` takes no value: write `#[module(skip)]`",
    },
    Case {
        message: "takes_no_value",
        derive: Module,
        source: "struct A(#[module(frozen(yes))] L);",
        underlined: "frozen(yes)",
        text: "`frozen` takes no value: write `#[module(frozen)]`",
    },
    Case {
        message: "needs_value",
        derive: Module,
        source: "struct A(#[module(rename)] L);",
        underlined: "rename",
        text: r#"expected a value for `rename`, found none: write `rename = "name"`"#,
    },
    Case {
        message: "needs_value",
        derive: Module,
        source: "struct A(#[module(rename =)] L);",
        underlined: "rename =",
        text: r#"expected a value for `rename`, found none: write `rename = "name"`"#,
    },
    Case {
        message: "needs_value",
        derive: Module,
        source: "#[module(crate)] struct A;",
        underlined: "crate",
        text: "expected a value for `crate`, found none: write `crate = path`",
    },
    Case {
        message: "needs_value",
        derive: Module,
        source: "#[module(bound)] struct A;",
        underlined: "bound",
        text: r#"expected a value for `bound`, found none: write `bound = "A: Trait"`"#,
    },
    Case {
        message: "needs_equals",
        derive: Module,
        source: r#"struct A(#[module(rename("a"))] L);"#,
        underlined: r#"rename("a")"#,
        text: r#"expected `=` after `rename`: write `rename = "name"`"#,
    },
    Case {
        message: "needs_string",
        derive: Module,
        source: "struct A(#[module(rename = first)] L);",
        underlined: "first",
        text: r#"expected a string for `rename`, found `first`: write `rename = "name"`"#,
    },
    Case {
        message: "needs_string",
        derive: Module,
        source: "#[module(bound = A: Module)] struct A;",
        underlined: "A: Module",
        text: r#"expected a string for `bound`, found `A : Module`: write `bound = "A: Trait"`"#,
    },
    Case {
        message: "needs_path",
        derive: Module,
        source: r#"#[module(crate = "neural")] struct A;"#,
        underlined: r#""neural""#,
        text: r#"expected a path without quotes for `crate`, found `"neural"`: write `crate = path`"#,
    },
    Case {
        message: "needs_path",
        derive: State,
        source: "#[state(crate = 3)] struct A;",
        underlined: "3",
        text: "expected a path without quotes for `crate`, found `3`: write `crate = path`",
    },
    Case {
        message: "unreadable_bound",
        derive: Module,
        source: r#"#[module(bound = "A")] struct A;"#,
        underlined: r#""A""#,
        text: r#"expected where-predicates in `bound`: expected `:`; write for example `bound = "A: Trait"`, or `bound = ""` for none"#,
    },
    Case {
        message: "empty_name",
        derive: Module,
        source: r#"struct A(#[module(rename = "")] L);"#,
        underlined: r#""""#,
        text: r#"expected a name, found an empty string: write `rename = "name"`"#,
    },
    Case {
        message: "name_with_dot",
        derive: Module,
        source: r#"struct A(#[module(rename = "a.b")] L);"#,
        underlined: r#""a.b""#,
        text: "expected one segment of a path, found a dot in `a.b`: dots separate the levels of the tree, write `_` instead",
    },
    Case {
        message: "duplicate_name",
        derive: Module,
        source: r#"struct A { a: L, #[module(rename = "a")] b: L }"#,
        underlined: r#""a""#,
        text: "another field is named `a` already: write a name that no other field has, it leads to the parameters below",
    },
    Case {
        message: "duplicate_name",
        derive: Module,
        source: r#"struct A { #[module(rename = "b")] a: L, b: L }"#,
        underlined: r#""b""#,
        text: "another field is named `b` already: write a name that no other field has, it leads to the parameters below",
    },
    Case {
        message: "duplicate_name",
        derive: Module,
        source: r#"enum A { V(#[module(rename = "1")] L, L) }"#,
        underlined: r#""1""#,
        text: "another field is named `1` already: write a name that no other field has, it leads to the parameters below",
    },
    Case {
        message: "union",
        derive: Module,
        source: "union A { b: u8 }",
        underlined: "union A",
        text: "`Module` cannot be derived for a union, nobody knows which field is alive: write an enum with one variant for each field",
    },
    Case {
        message: "union",
        derive: State,
        source: "union A { b: u8 }",
        underlined: "union A",
        text: "`State` cannot be derived for a union, nobody knows which field is alive: write an enum with one variant for each field",
    },
    Case {
        message: "state_enum",
        derive: State,
        source: "enum A { B(Tensor) }",
        underlined: "enum A",
        text: "`State` cannot be derived for an enum, a state has the same tensors at every step: write a struct with all of them",
    },
    Case {
        message: "reference",
        derive: Module,
        source: "struct A<'a> { a: &'a L }",
        underlined: "&'a L",
        text: "a reference cannot be rebuilt: hold the value itself, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "reference",
        derive: State,
        source: "struct A<'a>(&'a Tensor);",
        underlined: "&'a Tensor",
        text: "a reference cannot be rebuilt: hold the value itself, or mark the field `#[state(skip)]`",
    },
    Case {
        message: "shared_pointer",
        derive: Module,
        source: "struct A { a: Vec<std::sync::Arc<L>> }",
        underlined: "std::sync::Arc<L>",
        text: "`Arc` would hide that its parameters are shared: hold the module itself and make further handles with `share()`, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "shared_pointer",
        derive: Module,
        source: "struct A(Rc<L>);",
        underlined: "Rc<L>",
        text: "`Rc` would hide that its parameters are shared: hold the module itself and make further handles with `share()`, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "shared_state",
        derive: State,
        source: "struct A(Rc<Tensor>);",
        underlined: "Rc<Tensor>",
        text: "`Rc` cannot be rebuilt: hold the tensors themselves, clones of them are cheap, or mark the field `#[state(skip)]`",
    },
    Case {
        message: "hash_map",
        derive: Module,
        source: "struct A(HashMap<String, L>);",
        underlined: "HashMap<String, L>",
        text: "a `HashMap` has no fixed order: write `BTreeMap<String, …>`, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "hash_set",
        derive: Module,
        source: "struct A(Option<HashSet<L>>);",
        underlined: "HashSet<L>",
        text: "a `HashSet` has no fixed order: write `Vec<…>`, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "interior",
        derive: Module,
        source: "struct A([RefCell<L>; 2]);",
        underlined: "RefCell<L>",
        text: "a `RefCell` can change while it is read: hold the value itself, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "interior",
        derive: Module,
        source: "struct A((u8, Mutex<L>));",
        underlined: "Mutex<L>",
        text: "a `Mutex` can change while it is read: hold the value itself, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "interior",
        derive: Module,
        source: "struct A(std::cell::Cell<f32>);",
        underlined: "std::cell::Cell<f32>",
        text: "a `Cell` can change while it is read: hold the value itself, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "interior",
        derive: State,
        source: "struct A(RwLock<Tensor>);",
        underlined: "RwLock<Tensor>",
        text: "a `RwLock` can change while it is read: hold the value itself, or mark the field `#[state(skip)]`",
    },
    Case {
        message: "trait_object",
        derive: Module,
        source: "struct A(Box<dyn Layer + Send>);",
        underlined: "dyn Layer + Send",
        text: "a trait object cannot be rebuilt: write an enum with one variant for each type, or mark the field `#[module(skip)]`",
    },
    Case {
        message: "trait_object",
        derive: State,
        source: "struct A(Box<dyn Memory>);",
        underlined: "dyn Memory",
        text: "a trait object cannot be rebuilt: write an enum with one variant for each type, or mark the field `#[state(skip)]`",
    },
    Case {
        message: "bare_tensor",
        derive: Module,
        source: "struct A { a: recurve::Tensor<f64> }",
        underlined: "recurve::Tensor<f64>",
        text: "a bare `Tensor` is not a parameter: write `Param<…>` to train it, `Buffer<…>` to save it, or mark it `#[module(skip)]`",
    },
    Case {
        message: "bare_tensor",
        derive: Module,
        source: "enum A { B(Option<Tensor>) }",
        underlined: "Tensor",
        text: "a bare `Tensor` is not a parameter: write `Param<…>` to train it, `Buffer<…>` to save it, or mark it `#[module(skip)]`",
    },
    Case {
        message: "parameter_in_state",
        derive: State,
        source: "struct A(Param<f32>);",
        underlined: "Param<f32>",
        text: "a `Param` cannot be part of a state, what is trained or saved belongs in the module: move it there, or write `Tensor<…>`",
    },
    Case {
        message: "parameter_in_state",
        derive: State,
        source: "struct A(Vec<Buffer>);",
        underlined: "Buffer",
        text: "a `Buffer` cannot be part of a state, what is trained or saved belongs in the module: move it there, or write `Tensor<…>`",
    },
];
