//! The impl of `Equations`: what the engine reads of a cell.

use super::Item;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands to
/// ```text
/// impl<F: ::recurve::Float> __scan::Equations for Gru<F> {
///     fn header(&self) -> __scan::Sizes { … }
///     fn hypers(&self) -> __scan::Numbers { … }
///     fn kernels() -> __scan::Kernels<F> { … }
/// }
/// ```
/// where there are hyper-parameters. The engine visits all other fields, as everybody does.
pub(super) fn expand(item: &Item<'_>) -> TokenStream {
    let Item { name, runtime, typed, .. } = item;
    let float = runtime.public("Float");
    let header = (0..typed.header).map(|dimension| item.argument(dimension));
    let hypers = typed.hypers.iter().map(|hyper| item.field(&hyper.name));
    let hypers = (hypers.len() > 0).then(|| {
        quote! {
            fn hypers(&self) -> __scan::Numbers {
                __scan::vector([#(self.#hypers),*])
            }
        }
    });
    quote! {
        impl<F: #float> __scan::Equations for #name<F> {
            fn header(&self) -> __scan::Sizes {
                __scan::vector([#(self.#header()),*])
            }
            #hypers
            fn kernels() -> __scan::Kernels<F> {
                F::kernels_of(__SINGLE, __DOUBLE)
            }
        }
    }
}
