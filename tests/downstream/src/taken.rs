//! Names of the prelude with other meanings.

/// Not the one of the prelude.
pub struct Option;

/// Not the one of the prelude.
pub struct Result;

/// Not the one of the prelude.
#[allow(non_snake_case)]
pub fn Ok() {}

/// Not the one of the prelude.
#[allow(non_snake_case)]
pub fn Some() {}

/// Not the trait of the runtime.
pub trait Module {}
