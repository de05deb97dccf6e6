//! Parts of messages.

use super::Meaning;
use std::fmt::Display;

/// What a name with this meaning is, with an article.
pub(super) fn kind(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Dimension(_) => "a dimension",
        Meaning::Parameter(_) => "a parameter",
        Meaning::Buffer(_) => "a buffer",
        Meaning::Hyper(_) => "a hyper-parameter",
        Meaning::State(_) => "a state",
        Meaning::Input(_) => "an input",
        Meaning::Context(_) => "a context",
        Meaning::Local(_) => "a `let`",
        Meaning::Argument(_) => "an argument of the helper",
        Meaning::Helper(_) => "a helper",
        Meaning::Function(_) => "a function of the language",
        Meaning::Constant(_) => "a number of the language",
    }
}

/// How many arguments there are, after what is expected was said: `none`, `3`.
pub(super) fn found_arguments(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}

/// `1 argument`, `3 arguments`.
fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}

/// `1 argument`, `1 or 2 arguments`, `at least 1 argument`.
pub(super) fn expected_arguments((smallest, largest): (usize, usize)) -> String {
    match largest {
        usize::MAX => format!("at least {}", arguments(smallest)),
        _ if smallest == largest => arguments(smallest),
        _ => format!("{smallest} or {}", arguments(largest)),
    }
}

/// `gate(a, b)`.
pub(super) fn call(name: impl Display, arguments: &[impl Display]) -> String {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    format!("{name}({})", arguments.join(", "))
}
