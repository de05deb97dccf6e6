//! The macros of `recurve`: two derives, and the compiler of cells. Use them through the `recurve` crate, which re-exports
//! them next to the traits that they implement.
//!
//! This file is the only one that knows about the compiler's own token streams. A derive is a function from a type to
//! code, in phases with one input and one output each: `input` reads the type and its `attributes`, `check` finds what
//! is wrong with it, `traversal` and `cast` write the code, `bounds` its where clauses and `body` its methods. Cells are
//! compiled in `recurrent`, which has a picture of its phases.

mod attributes;
mod body;
mod bounds;
mod contents;
mod errors;
mod guess;
mod input;
mod mention;
mod messages;
mod module;
mod recurrent;
mod refusal;
mod runtime;
mod setting;
mod state;
#[cfg(test)]
mod tests;
mod traversal;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct or an enum a tree of parameters, by an impl of the trait `Module`.
///
/// ```text
/// #[derive(Module)]
/// struct Classifier<F: Float = f32> {
///     embedding: Embedding<F>,
///     layers: Vec<Gru<F>>,
///     #[module(rename = "head")]
///     output: Linear<F>,
///     #[module(frozen)]
///     scale: Param<F>,
///     #[module(skip)]
///     labels: Arc<Vec<String>>,
/// }
/// ```
///
/// The names of its parameters are `embedding.weight`, `layers.0.w_r`, `head.weight`, `scale` and so on: names of fields
/// without `r#`, indices for tuples, and for enums the variant before the field (`Dense.weight`, `Dense.0`).
///
/// Structs with named fields, tuple structs, unit structs and enums with any variants work, with type parameters, constant
/// parameters and lifetimes, also recursively (`Vec<Self>`, `Option<Box<Tree<A>>>`). Nothing but the traits below is
/// derived: no `Clone` (use `share()` or `duplicate()`), no `Debug`, no `Display`.
///
/// # What fields may be
///
/// Every field takes part unless it says otherwise, and its type must be a `Module`: `Param` (trained), `Buffer` (saved),
/// other modules, `Option`, `Vec`, `Box`, arrays, tuples and `BTreeMap<String, M>` of modules, and values without
/// parameters such as numbers, strings, `PhantomData` and function pointers. Refused with advice are a bare `Tensor`,
/// references, `Rc`, `Arc`, `HashMap`, `HashSet`, `Mutex`, `RwLock`, `RefCell` and trait objects. They are recognised by their
/// names; a type of your own with such a name passes if its path begins with `crate`, `self` or `super`.
///
/// # Attributes of a field
///
/// | attribute | meaning |
/// |---|---|
/// | `#[module(skip)]` | The field has no parameters. Its type needs `Clone`, as a model is rebuilt for each gradient: put large data into an `Arc`. |
/// | `#[module(frozen)]` | What is beneath is never trained. |
/// | `#[module(rename = "name")]` | Another segment in the names of parameters, and so in files: one word without dots that no other field has. |
///
/// # Attributes of the type
///
/// | attribute | meaning |
/// |---|---|
/// | `#[module(crate = path)]` | Where the runtime is, if not at `::recurve`: `crate = neural` after `neural = { package = "recurve", … }`. |
/// | `#[module(bound = "A: Module, B: Clone")]` | These bounds instead of the inferred ones; `""` for none. |
///
/// # Bounds
///
/// A field whose type mentions a type parameter adds `FieldType: Module` to the where clause, a skipped one
/// `FieldType: Clone`; parameters themselves get no bounds. A field whose type mentions `Self` or the name of the type adds
/// nothing. Two types that contain one another and share a type parameter make the compiler run in a circle (error E0275):
/// say `bound` on both.
///
/// # Other floats
///
/// A type with exactly one parameter that is bounded by `Float` gets an impl of `Cast<U>` too, whose output is the same
/// type with `U` in the place of that parameter. Fields that mention the parameter are cast, skipped ones among them; all
/// others are kept. A bound that holds for one float only, as `C: Cell<Input = Tensor<F>>` does, leaves the impl out: put it
/// on the functions that need it instead.
#[proc_macro_derive(Module, attributes(module))]
pub fn module(input: TokenStream) -> TokenStream {
    module::expand(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct of tensors the state, the input or the output of a cell, by an impl of the trait `Tensors`.
///
/// ```text
/// #[derive(State)]
/// struct Memory<F: Float = f32> {
///     hidden: Tensor<F>,
///     gates: (Tensor<F>, Tensor<F>),
///     #[state(skip)]
///     label: &'static str,
/// }
/// ```
///
/// Structs with named fields, tuple structs and unit structs work. Every field takes part unless it says otherwise, and its
/// type must implement `Tensors`: tensors, tuples of them, `()` and other states. An enum is refused, since a state has the
/// same tensors at every step, and so are `Param` and `Buffer`, which belong in the module.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[state(skip)]` on a field | The field holds no tensors and is kept as it is. Its type needs `Clone`. |
/// | `#[state(crate = path)]` on the type | Where the runtime is, if not at `::recurve`. |
/// | `#[state(bound = "T: Tensors")]` on the type | These bounds instead of the inferred ones; `""` for none. |
///
/// Bounds are inferred as for `Module`, with `Tensors` in its place.
#[proc_macro_derive(State, attributes(state))]
pub fn state(input: TokenStream) -> TokenStream {
    state::expand(&parse_macro_input!(input as DeriveInput)).into()
}

/// Cells written as equations; called by the macro of the same name in `recurve`, which adds the path of that crate.
#[doc(hidden)]
#[proc_macro]
pub fn recurrent(input: TokenStream) -> TokenStream {
    recurrent::expand(input.into()).into()
}
