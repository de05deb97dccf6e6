use recurve::{Module, Param};

#[derive(Module)]
struct Model(#[module(rename = "1")] Param, Param);

fn main() {}
