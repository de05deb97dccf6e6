//! The impl of `Equations`: what the engine reads of a cell.

use super::Item;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands to
/// ```text
/// impl<F: ::recurve::Float> __scan::Equations for Gru<F> {
///     fn dimensions(&self) -> ::recurve::Result<::std::vec::Vec<::core::primitive::usize>> { … }
///     fn parameters(&self) -> ::std::vec::Vec<::core::option::Option<::recurve::Param<F>>> { … }
///     fn buffers(&self) -> ::std::vec::Vec<::recurve::Buffer<F>> { … }
///     fn hypers(&self) -> ::std::vec::Vec<::core::primitive::f64> { … }
///     fn kernels() -> __scan::Kernels<F> { … }
/// }
/// ```
pub(super) fn expand(item: &Item<'_>) -> TokenStream {
    let Item { name, runtime, typed, .. } = item;
    let [float, result, param, buffer] = ["Float", "Result", "Param", "Buffer"].map(|name| runtime.public(name));
    let parameters = typed.parameters.iter().map(|parameter| item.field(&parameter.name));
    let buffers = typed.buffers.iter().map(|buffer| item.field(&buffer.name));
    let hypers = typed.hypers.iter().map(|hyper| item.field(&hyper.name));
    quote! {
        impl<F: #float> __scan::Equations for #name<F> {
            fn dimensions(&self) -> #result<::std::vec::Vec<::core::primitive::usize>> {
                ::core::result::Result::Ok(__scan::vector(self.__sizes()?))
            }
            fn parameters(&self) -> ::std::vec::Vec<::core::option::Option<#param<F>>> {
                __scan::parameters(&[#(&self.#parameters),*])
            }
            fn buffers(&self) -> ::std::vec::Vec<#buffer<F>> {
                __scan::buffers(&[#(&self.#buffers),*])
            }
            fn hypers(&self) -> ::std::vec::Vec<::core::primitive::f64> {
                __scan::vector([#(self.#hypers),*])
            }
            fn kernels() -> __scan::Kernels<F> {
                F::kernels_of(__SINGLE, __DOUBLE)
            }
        }
    }
}
