//! The loops and the plan of a small cell, and names of loops.

use super::{LEAKY, expanded, part, squeezed};

#[test]
fn a_loop() {
    let text = expanded(LEAKY);
    println!("{}", part(&text, "const _: () ="));
    println!("{}", part(&text, "pub fn plan("));
}
