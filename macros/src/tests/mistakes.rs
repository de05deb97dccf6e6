//! One case for each mistake: the message and the source text that the compiler underlines.

mod cases;

pub(super) use cases::CASES;

use super::Derive::{Module, State};

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
