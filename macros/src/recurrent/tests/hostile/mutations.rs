//! Cells with something missing, doubled, misspelt or at another place.

use super::{all_survive, samples};
use crate::recurrent::tests::random::Random;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

#[test]
fn cut_off_after_every_token() {
    all_survive(800, |inputs| {
        for source in samples(4) {
            let words = words(&source);
            for end in 1..words.len() {
                let kept = &words[..end];
                inputs.source(&closed(kept));
            }
        }
    });
}

#[test]
fn without_any_one_token() {
    all_survive(150, |inputs| {
        let words = words(&samples(1)[0]);
        for without in 0..words.len() {
            let rest: Vec<String> = [&words[..without], &words[without + 1..]].concat();
            inputs.source(&rest.join(" "));
        }
    });
}

#[test]
fn changed_at_random() {
    all_survive(450, |inputs| {
        let samples = samples(12);
        let mut random = Random::new(1);
        for _ in 0..900 {
            let mut words = words(&samples[random.below(samples.len())]);
            for _ in 0..random.between(1, 3) {
                change(&mut words, &mut random);
            }
            inputs.source(&words.join(" "));
        }
    });
}

/// Some are no cells any more, as brackets may be doubled or lost.
fn change(words: &mut Vec<String>, random: &mut Random) {
    let (at, other) = (random.below(words.len()), random.below(words.len()));
    match random.below(6) {
        0 => words.insert(at, words[other].clone()),
        1 => words.swap(at, other),
        2 => drop(words.remove(at)),
        3 => words[at] = words[other].clone(),
        _ => words[at] = misspelt(&words[at], random),
    }
}

fn misspelt(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 1 && letters.iter().all(|letter| letter.is_alphanumeric()) {
        let at = random.below(letters.len() - 1);
        match random.below(3) {
            0 => letters.swap(at, at + 1),
            1 => letters.insert(at + 1, 'e'),
            _ => drop(letters.remove(at)),
        }
    }
    letters.into_iter().collect()
}

#[test]
fn lines_doubled_lost_and_shuffled() {
    all_survive(150, |inputs| {
        let samples = samples(10);
        let mut random = Random::new(2);
        for _ in 0..400 {
            let mut lines: Vec<&str> = samples[random.below(samples.len())].lines().collect();
            let (at, other) = (random.below(lines.len()), random.below(lines.len()));
            match random.below(4) {
                0 => lines.insert(at, lines[other]),
                1 => drop(lines.remove(at)),
                2 => lines.swap(at, other),
                _ => {
                    let last = lines.len() - 1;
                    random.shuffle(&mut lines[2..last]);
                }
            }
            inputs.source(&lines.join("\n"));
        }
    });
}

/// As tokens come from an outer macro: parts in groups without delimiters.
#[test]
fn parts_in_invisible_groups() {
    all_survive(200, |inputs| {
        let mut random = Random::new(3);
        for source in samples(20) {
            for _ in 0..10 {
                let tokens: TokenStream = format!("[::recurve]\n{source}").parse().expect("tokens");
                inputs.tokens(&source, &grouped(tokens, &mut random));
            }
        }
    });
}

fn grouped(tokens: TokenStream, random: &mut Random) -> TokenStream {
    let mut all: Vec<TokenTree> = Vec::new();
    for (at, tree) in tokens.into_iter().enumerate() {
        let tree = match tree {
            TokenTree::Group(group) if at > 0 => {
                let mut inner = Group::new(group.delimiter(), grouped(group.stream(), random));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        };
        all.push(tree);
    }
    if all.len() > 1 && random.chance(0.2) {
        let first = random.between(1, all.len() - 1);
        let end = random.between(first + 1, (first + 4).min(all.len()));
        let part: Vec<TokenTree> = all.drain(first..end).collect();
        let span = part[0].span();
        let mut group = Group::new(Delimiter::None, part.into_iter().collect());
        group.set_span(span);
        all.insert(first, TokenTree::Group(group));
    }
    all.into_iter().collect()
}

/// The tokens as text; brackets are tokens of their own, and signs that belong together stay so.
fn words(source: &str) -> Vec<String> {
    let source = source.replace("/// A cell.", "").replace("/// A part.", "");
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in source.chars() {
        let joins = |a: char, b: char| {
            let word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
            (word(a) && word(b) && !(a == '.' && b != '.' && !b.is_numeric()))
                || matches!(
                    (a, b),
                    ('-', '>') | ('=', '=') | ('<', '=') | ('>', '=') | ('!', '=') | ('&', '&') | ('|', '|')
                )
        };
        match words.last_mut() {
            _ if letter.is_whitespace() => {}
            Some(word) if joins(last, letter) => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        last = letter;
    }
    words
}

/// The words and what closes their brackets.
fn closed(words: &[String]) -> String {
    let mut open = Vec::new();
    for word in words {
        match word.as_str() {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
    }
    open.reverse();
    format!("{} {}", words.join(" "), open.join(" "))
}
