//! Plans as text, their costs, and what runs.

mod costs;
mod gru;
mod live;
mod mixed;
mod polynomials;
mod queries;
#[test]
fn show() {
    println!("{}", mixed::plan());
    println!("{}", mixed::plan().to_mermaid());
    println!("{}", gru::plan());
    println!("{}", gru::plan().to_mermaid());
}
