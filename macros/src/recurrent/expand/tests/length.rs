//! How long an expansion is: people read it, and the compiler does.

use super::expanded;

#[test]
fn a_cell_is_not_long() {
    let file = include_str!("../../../../../runtime/src/cells/gru.rs");
    let begin = file.find("recurrent! {").expect("cells") + "recurrent! {".len();
    let end = file.find("    /// Gated recurrent unit as first").expect("second");
    let count = expanded(&file[begin..end]).lines().count();
    assert!(count < 400, "{count} lines");
}
