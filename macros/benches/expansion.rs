//! What a cell costs at compile time: from the tokens of its equations to the tokens of its items.
//!
//! The phases are compiled into this benchmark from their sources, since a crate of procedural macros exports nothing
//! else. Tokens are those of `proc_macro2`, which know their places in the text here.

use divan::{Bencher, black_box};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

#[path = "../src/attributes.rs"]
#[allow(dead_code, unused_imports)]
mod attributes;
#[path = "../src/body.rs"]
#[allow(dead_code, unused_imports)]
mod body;
#[path = "../src/bounds.rs"]
#[allow(dead_code, unused_imports)]
mod bounds;
#[path = "../src/contents.rs"]
#[allow(dead_code, unused_imports)]
mod contents;
#[path = "../src/errors.rs"]
#[allow(dead_code, unused_imports)]
mod errors;
#[path = "../src/guess.rs"]
#[allow(dead_code, unused_imports)]
mod guess;
#[path = "../src/input.rs"]
#[allow(dead_code, unused_imports)]
mod input;
#[path = "../src/mention.rs"]
#[allow(dead_code, unused_imports)]
mod mention;
#[path = "../src/messages.rs"]
#[allow(dead_code, unused_imports)]
mod messages;
#[path = "../src/module/mod.rs"]
#[allow(dead_code, unused_imports)]
mod module;
#[path = "../src/recurrent/mod.rs"]
#[allow(dead_code, unused_imports)]
mod recurrent;
#[path = "../src/refusal.rs"]
#[allow(dead_code, unused_imports)]
mod refusal;
#[path = "../src/runtime.rs"]
#[allow(dead_code, unused_imports)]
mod runtime;
#[path = "../src/setting.rs"]
#[allow(dead_code, unused_imports)]
mod setting;
#[path = "../src/state/mod.rs"]
#[allow(dead_code, unused_imports)]
mod state;
#[path = "../src/traversal.rs"]
#[allow(dead_code, unused_imports)]
mod traversal;

const LSTM: &str = include_str!("../../runtime/src/cells/lstm.rs");
const GRU: &str = include_str!("../../runtime/src/cells/gru.rs");

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 100, sample_size = 1, args = ["Lstm", "Gru", "LayerNormLstm"])]
fn expand(bencher: Bencher<'_, '_>, name: &str) {
    let file = if name == "Gru" { GRU } else { LSTM };
    let cell = cell(file.parse().expect("a file of the library has tokens"), name);
    let tokens: TokenStream = "[::recurve]".parse::<TokenStream>().into_iter().flatten().chain(cell).collect();
    let items = recurrent::expand(tokens.clone()).to_string();
    assert!(!items.contains("compile_error"), "{items}");
    bencher.bench_local(|| recurrent::expand(black_box(tokens.clone())));
}

/// The tokens of a cell in a file whose last item is a call of `recurrent!`.
fn cell(file: TokenStream, name: &str) -> TokenStream {
    let Some(TokenTree::Group(cells)) = file.into_iter().last() else { panic!("the file ends with cells") };
    let mut cell = Vec::new();
    for token in cells.stream() {
        let is_end = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        cell.push(token);
        if is_end {
            let is_named = cell.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == name));
            if is_named {
                return cell.into_iter().collect();
            }
            cell.clear();
        }
    }
    panic!("the file has a cell `{name}`")
}
