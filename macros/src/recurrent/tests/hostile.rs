//! What nobody means to write: cells cut off, misspelt, shuffled, far too deep, far too long. Whatever comes in, there is an
//! answer in time, it is a list of items, and every mistake is somewhere in what was written.

mod deep;
mod mutations;
mod random_tokens;

use super::generate::generate;
use crate::recurrent;
use proc_macro2::{Span, TokenStream, TokenTree};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The stack of a compiler thread is larger; that of this test is small on purpose.
const STACK: usize = 2 << 20;
/// For each ten thousand tokens, and for less than that.
const PATIENCE: Duration = Duration::from_millis(100);

/// A cell of the usual kind, with every kind of line.
const USUAL: &str = "
/// A cell.
pub cell Usual(input: D, hidden: H) {
    param w, u: [H, D]? = uniform(1 / sqrt(H));
    param v: [2 * H, H] = orthogonal;
    buffer mask: [H] = ones;
    hyper leak = 0.5;
    context m: [K];
    state h: [H] = learned(normal(0.1));
    state c: [];
    fn gate(a, b) = (sigmoid(a + b), a * b);
    step(x: [D], dt: []) -> (y: [H], []) {
        let (i, f) = split(v @ h, 2);
        let (o, p) = gate(i - f, w @ x);
        let q: [H] = select(o > 0 && !(f <= -1.5), p, u @ x[..D]);
        c = c + dt * mean(m);
        h = h * leak + clamp(q, -1, 1) * mask;
        (h + c, max(m))
    }
}";

/// What happened to many inputs.
struct Inputs {
    /// Those that are tokens at all: nothing else reaches a macro.
    count: usize,
    failures: Vec<String>,
}

/// Tries inputs with a small stack; at least this many must be tokens, and none may fail.
fn all_survive(minimum: usize, write: impl FnOnce(&mut Inputs) + Send + 'static) {
    let run = || {
        let mut inputs = Inputs { count: 0, failures: Vec::new() };
        write(&mut inputs);
        inputs
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread");
    let Inputs { count, failures } = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    if let Some(shortest) = failures.iter().min_by_key(|failure| failure.len()) {
        let first_lines = |failure: &String| failure.replace('\n', " ").chars().take(200).collect::<String>();
        let all = failures.iter().map(first_lines).collect::<Vec<_>>().join("\n");
        panic!("{} of {count} inputs fail:\n{all}\nthe shortest: {shortest}", failures.len());
    }
    assert!(count >= minimum, "{count} inputs instead of {minimum}");
}

impl Inputs {
    /// Expands a source, unless it is no list of tokens.
    fn source(&mut self, source: &str) {
        // the tokens of the user begin at the second line
        if let Ok(tokens) = format!("[::recurve]\n{source}").parse::<TokenStream>() {
            self.tokens(source, &tokens);
        }
    }

    fn tokens(&mut self, source: &str, tokens: &TokenStream) {
        self.count += 1;
        if let Err(error) = survive(tokens) {
            let shown: String = source.chars().take(1500).collect();
            self.failures.push(format!("{error}, from\n{shown}"));
        }
    }
}

/// Expands tokens and looks at the answer.
fn survive(tokens: &TokenStream) -> Result<(), String> {
    let expansion = in_time(tokens)?;
    for (text, spans) in reports(&expansion) {
        if spans.iter().any(|span| span.start().line < 2) {
            return Err(format!("an error outside of what was written: {text}"));
        }
    }
    syn::parse2::<syn::File>(expansion).map(|_| ()).map_err(|error| format!("no list of items: {error}"))
}

/// The number of tokens, brackets among them.
fn count(tokens: &TokenStream) -> usize {
    let mut waiting = vec![tokens.clone()];
    let mut count = 0;
    while let Some(tokens) = waiting.pop() {
        for tree in tokens {
            count += 1;
            if let TokenTree::Group(group) = tree {
                count += 1;
                waiting.push(group.stream());
            }
        }
    }
    count
}

/// The expansion; a machine that is busy gets three chances.
fn in_time(tokens: &TokenStream) -> Result<TokenStream, String> {
    let patience = PATIENCE * u32::try_from(count(tokens)).unwrap_or(u32::MAX).div_ceil(10_000);
    let mut times = Vec::new();
    for _ in 0..3 {
        let tokens = tokens.clone();
        let start = processor_time();
        let expansion = catch_unwind(AssertUnwindSafe(|| recurrent::expand(tokens))).map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            format!("a panic, {text:?}")
        })?;
        let time = processor_time() - start;
        if time < patience {
            return Ok(expansion);
        }
        times.push(time);
    }
    Err(format!("too slow, {times:?} instead of {patience:?}"))
}

/// The time that this thread has been running, where the system tells; the time of the clock elsewhere.
fn processor_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let running = statistics.and_then(|text| text.split(' ').next()?.parse().ok());
    running.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Cells of a moderate length: the usual one and random ones.
fn samples(count: usize) -> Vec<String> {
    let random = (0..).map(|seed| generate(seed).text).filter(|text| text.len() < 1500);
    std::iter::once(USUAL.to_owned()).chain(random).take(count).collect()
}

/// The errors in an expansion: `::core::compile_error! { "…" }`, whose first and last token carry their places.
fn reports(expansion: &TokenStream) -> Vec<(String, [Span; 2])> {
    let trees: Vec<TokenTree> = expansion.clone().into_iter().collect();
    let is_report = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "compile_error");
    let at = (0..trees.len()).filter(|at| is_report(&trees[*at]));
    at.map(|at| (trees[at + 2].to_string(), [trees[at].span(), trees[at + 2].span()])).collect()
}

#[test]
fn nothing_is_an_error_too() {
    let expansion = recurrent::expand("[::recurve]".parse().expect("tokens"));
    assert_eq!(reports(&expansion).len(), 1);
    assert!(syn::parse2::<syn::File>(expansion).is_ok());
}

#[test]
fn the_samples_are_sound() {
    for source in samples(5) {
        let expansion = recurrent::expand(format!("[::recurve] {source}").parse().expect("tokens"));
        assert!(reports(&expansion).is_empty(), "{source}\n{expansion}");
    }
}
