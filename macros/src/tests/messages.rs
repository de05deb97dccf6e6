//! Every message has the form of a compiler's message.

use super::mistakes::CASES;
use crate::messages::NAMES;

#[test]
fn every_message_has_a_case() {
    for name in NAMES {
        assert!(CASES.iter().any(|case| case.message == *name), "`{name}` is in no case");
    }
}

#[test]
fn every_case_is_about_a_message() {
    for case in CASES {
        assert!(NAMES.contains(&case.message), "`{}` is no message", case.message);
    }
}

#[test]
fn messages_are_lower_case_without_full_stop() {
    for case in CASES {
        let first = case.text.chars().next().unwrap();
        assert!(!first.is_uppercase(), "`{}` begins with a capital", case.text);
        assert!(!case.text.ends_with('.'), "`{}` ends with a full stop", case.text);
    }
}

#[test]
fn messages_say_what_to_write() {
    for case in CASES {
        let ways_out = ["write", "remove", "expected", "hold", "move"];
        assert!(ways_out.iter().any(|way| case.text.contains(way)), "`{}` leaves the user alone", case.text);
    }
}
