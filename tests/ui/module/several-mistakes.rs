use recurve::{Module, Param, Tensor};
use std::rc::Rc;

#[derive(Module)]
#[module(bounds = "", frozen)]
struct Model {
    #[module(skpi, rename = "a.b")]
    first: Param,
    #[module(skip = true)]
    second: Rc<Param>,
    #[module]
    third: Tensor,
    #[module(rename = "third")]
    fourth: Option<Box<dyn Fn()>>,
}

#[derive(Module)]
enum Layer {
    #[module(skip)]
    Dense(&'static Param),
    Flat(#[module(skip, frozen)] u8),
}

fn main() {}
