//! What somebody who mistyped a name probably meant.

/// The candidate nearest to `word`: at most a third of its letters (or one) away, or a part of it.
pub(crate) fn guess<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    let distances = candidates.iter().map(|candidate| (distance(word, candidate), *candidate));
    distances
        .filter(|(distance, candidate)| *distance <= allowed || share_a_stem(word, candidate))
        .min_by_key(|(distance, candidate)| (*distance, !share_case(word, candidate)))
        .map(|(_, candidate)| candidate)
}

/// Whether both have as many capital letters.
fn share_case(word: &str, candidate: &str) -> bool {
    let upper = |text: &str| text.chars().filter(|letter| letter.is_uppercase()).count();
    upper(word) == upper(candidate)
}

/// Whether one is a part of the other: `skipped`, `name`.
fn share_a_stem(word: &str, candidate: &str) -> bool {
    word.contains(candidate) || (word.len() > 2 && candidate.contains(word))
}

/// The number of letters to insert, delete, replace or swap with the next one, on the way from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.to_lowercase().chars().collect();
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut table = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            table[i][j] = if i == 0 || j == 0 { i + j } else { cheapest_step(&table, &from, &to, i, j) };
        }
    }
    table[from.len()][to.len()]
}

fn cheapest_step(table: &[Vec<usize>], from: &[char], to: &[char], i: usize, j: usize) -> usize {
    let replaced = table[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
    let shifted = table[i - 1][j].min(table[i][j - 1]) + 1;
    let swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
    let best = replaced.min(shifted);
    if swapped { best.min(table[i - 2][j - 2] + 1) } else { best }
}

#[cfg(test)]
mod tests {
    use super::{distance, guess};

    #[test]
    fn distances() {
        assert_eq!(distance("skip", "skip"), 0);
        assert_eq!(distance("skpi", "skip"), 1);
        assert_eq!(distance("Skip", "skip"), 0);
        assert_eq!(distance("", "skip"), 4);
        assert_eq!(distance("freeze", "frozen"), 3);
    }

    #[test]
    fn only_near_names_are_guessed() {
        let keys = ["skip", "frozen", "rename"];
        assert_eq!(guess("skipp", &keys), Some("skip"));
        assert_eq!(guess("froze", &keys), Some("frozen"));
        assert_eq!(guess("name", &keys), Some("rename"));
        assert_eq!(guess("skipped", &keys), Some("skip"));
        assert_eq!(guess("hh", &["H", "h"]), Some("h"));
        assert_eq!(guess("k", &keys), None);
        assert_eq!(guess("weight", &keys), None);
    }
}
