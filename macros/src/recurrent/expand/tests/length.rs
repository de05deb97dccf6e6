//! How long expansions are.

use super::expanded;

#[test]
fn dump() {
    let file = include_str!("../../../../../runtime/src/cells/gru.rs");
    let begin = file.find("recurrent! {").expect("cells") + "recurrent! {".len();
    let end = file.find("    /// Gated recurrent unit as first").expect("second");
    let text = expanded(&file[begin..end]);
    std::fs::write("/tmp/emit-gru-pretty.rs", &text).unwrap();
    println!("{}", text.lines().count());
}
