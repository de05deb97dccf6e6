use recurve::{Module, Param};
use std::collections::HashMap;

type Table = HashMap<String, Param>;

#[derive(Module)]
struct Model {
    table: Table,
}

fn main() {}
