//! The plan of a cell, as the calls that build it at run time.

use super::{Item, call, doc};
use crate::recurrent::ir::Reduction;
use crate::recurrent::plan::describe::{Argument, Call, Columns, Corner, Held, describe};
use crate::recurrent::plan::{Frequency, Plan, Rows};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// Expands to
/// ```text
/// #[automatically_derived]
/// impl Gru<::core::primitive::f32> {
///     /// How a scan is computed …
///     pub fn plan() -> &'static ::recurve::Plan {
///         use ::recurve::__private::scan as __scan;
///         static PLAN: ::std::sync::OnceLock<::recurve::Plan> = ::std::sync::OnceLock::new();
///         PLAN.get_or_init(|| {
///             let mut plan = __scan::Builder::new("Gru", &["D", "H"]);
///             plan.size(&[(3, &[1])]);
///             …
///             plan.finish()
///         })
///     }
/// }
/// ```
pub(super) fn expand(item: &Item<'_>, plan: &Plan) -> TokenStream {
    let Item { name, visibility, runtime, typed, .. } = item;
    let (public, scan) = (runtime.public("Plan"), runtime.private("scan"));
    let docs = doc("How a scan of this cell is computed: the same for all element types and sizes.");
    let (text, dimensions) = (&typed.name, typed.dimensions.iter().map(|dimension| &dimension.name));
    let builder = Ident::new("plan", Span::mixed_site());
    let calls = describe(plan, typed);
    let calls = calls.chunk_by(follows).map(|run| match run {
        [call] => statement(&builder, call),
        _ => regions(&builder, run),
    });
    quote! {
        #[automatically_derived]
        impl #name<::core::primitive::f32> {
            #docs
            #[must_use]
            #visibility fn plan() -> &'static #public {
                use #scan as __scan;
                static PLAN: ::std::sync::OnceLock<#public> = ::std::sync::OnceLock::new();
                PLAN.get_or_init(|| {
                    let mut #builder = __scan::Builder::new(#text, &[#(#dimensions),*]);
                    #(#calls)*
                    #builder.finish()
                })
            }
        }
    }
}

/// `plan.region(__scan::Source::Input(0), 4);`
fn statement(builder: &Ident, call: &Call) -> TokenStream {
    let method = Ident::new(call.method, Span::call_site());
    let arguments = call.arguments.iter().map(argument);
    quote!(#builder.#method(#(#arguments),*);)
}

/// Of a region with a number: the name and the number of its source, and its width.
fn numbered(call: &Call) -> Option<(&str, usize, usize)> {
    match (call.method, &call.arguments[..]) {
        ("region", [Argument::Source(Held::Numbered(name, at)), Argument::Number(width)]) if *name != "Size" => {
            Some((*name, *at, *width))
        }
        _ => None,
    }
}

/// Whether a region is the one with the next number, and as wide.
fn follows(call: &Call, next: &Call) -> bool {
    match (numbered(call), numbered(next)) {
        (Some((name, at, width)), Some(next)) => (name, at + 1, width) == next,
        _ => false,
    }
}

/// `plan.regions(__scan::Source::Parameter, 0..3, 4);`
fn regions(builder: &Ident, run: &[Call]) -> TokenStream {
    let Some((name, first, width)) = run.first().and_then(numbered) else { return TokenStream::new() };
    let name = format_ident!("{name}");
    let [first, end, width] = [first, first + run.len(), width].map(number);
    quote!(#builder.regions(__scan::Source::#name, #first..#end, #width);)
}

fn argument(argument: &Argument) -> TokenStream {
    match argument {
        Argument::Number(value) => number(*value),
        Argument::Numbers(values) => {
            let values = numbers(values);
            quote!(&#values)
        }
        Argument::Array(values) => numbers(values),
        Argument::OptionalNumber(value) => optional(value.map(number)),
        Argument::Real(value) => call::number(*value).0,
        Argument::Flag(value) => quote!(#value),
        Argument::Flags([first, second]) => quote!([#first, #second]),
        Argument::Text(text) => quote!(#text),
        Argument::OptionalText(text) => optional(text.as_ref().map(ToTokens::to_token_stream)),
        Argument::Texts(texts) => quote!(&[#(#texts),*]),
        Argument::Columns(one) => columns(*one),
        Argument::ColumnsOf(all) => {
            let all = all.iter().copied().map(columns);
            quote!(&[#(#all),*])
        }
        Argument::TwoColumns([first, second]) => {
            let (first, second) = (columns(*first), columns(*second));
            quote!([#first, #second])
        }
        Argument::Terms(terms) => {
            let terms = terms.iter().map(|(coefficient, factors)| {
                let (coefficient, factors) = (number(*coefficient), numbers(factors));
                quote!((#coefficient, &#factors))
            });
            quote!(&[#(#terms),*])
        }
        Argument::Source(held) => source(held),
        Argument::Frequency(frequency) => self::frequency(*frequency),
        Argument::Reduction(reduction) => self::reduction(*reduction),
        Argument::Blocks(blocks) => {
            let blocks = blocks.iter().map(block);
            quote!(&[#(#blocks),*])
        }
    }
}

fn number(value: usize) -> TokenStream {
    Literal::usize_unsuffixed(value).into_token_stream()
}

fn numbers(values: &[usize]) -> TokenStream {
    let values = values.iter().copied().map(number);
    quote!([#(#values),*])
}

fn optional(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn columns((region, start, length): Columns) -> TokenStream {
    let [region, start, length] = [region, start, length].map(number);
    quote!((#region, #start, #length))
}

fn source(held: &Held) -> TokenStream {
    let rows = match held {
        Held::Value(Rows::Once) => quote!(Once),
        Held::Value(Rows::Example) => quote!(Example),
        Held::Value(Rows::All) => quote!(All),
        Held::Value(Rows::Step { saved: true }) => quote!(SAVED),
        Held::Value(Rows::Step { saved: false }) => quote!(UNSAVED),
        Held::Numbered(name, at) => {
            let (name, at) = (format_ident!("{name}"), number(*at));
            let at = if name == "Size" { quote!(__scan::SizeId(#at)) } else { at };
            return quote!(__scan::Source::#name(#at));
        }
    };
    quote!(__scan::Source::Value(__scan::Rows::#rows))
}

fn frequency(frequency: Frequency) -> TokenStream {
    let name = match frequency {
        Frequency::Once => quote!(Once),
        Frequency::Example => quote!(Example),
        Frequency::All => quote!(All),
        Frequency::Step => quote!(Step),
    };
    quote!(__scan::Frequency::#name)
}

fn reduction(reduction: Reduction) -> TokenStream {
    let name = match reduction {
        Reduction::Sum => quote!(Sum),
        Reduction::Min => quote!(Min),
        Reduction::Max => quote!(Max),
    };
    quote!(__scan::Reduction::#name)
}

fn block(corner: &Corner) -> TokenStream {
    let Corner { value, transposed, place, size } = corner;
    let (value, place, size) = (columns(*value), numbers(place), numbers(size));
    quote!(__scan::Builder::block(#value, #transposed, #place, #size))
}
