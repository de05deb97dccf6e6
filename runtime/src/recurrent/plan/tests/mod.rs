//! Plans as text, their costs, and what runs.

mod gru;

#[test]
fn show() {
    println!("{}", gru::plan());
    println!("{}", gru::plan().to_mermaid());
}
