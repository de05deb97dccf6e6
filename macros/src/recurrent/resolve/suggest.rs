//! Which name somebody probably meant.

use crate::guess::guess;

/// Comparing words takes time: a cell that needs more comparisons than these is not one with a few misspellings.
const MOST: usize = 2000;
/// Nor is a longer word misspelt.
const LONGEST: usize = 40;

/// Guesses names, up to a limit.
#[derive(Default)]
pub(super) struct Suggest {
    compared: usize,
}

impl Suggest {
    /// Whether there will be no guess any more.
    pub(super) fn is_tired(&self) -> bool {
        self.compared >= MOST
    }

    /// The candidate that is nearest to `word`, the first of those that are equally near.
    pub(super) fn nearest(&mut self, word: &str, candidates: &[&str]) -> Option<String> {
        if self.is_tired() || word.len() > LONGEST {
            return None;
        }
        let plausible: Vec<&str> = candidates.iter().copied().filter(|other| is_plausible(word, other)).collect();
        // to look at the length of a word is much cheaper than to compare its letters
        self.compared += plausible.len() + candidates.len() / 8 + 1;
        guess(word, &plausible).map(str::to_owned)
    }
}

/// Names in equations are short: one letter is in many words, and no misspelling of another letter.
fn is_plausible(word: &str, candidate: &str) -> bool {
    let (length, other) = (word.chars().count(), candidate.chars().count());
    match (length, other) {
        (1, _) => word.eq_ignore_ascii_case(candidate),
        (_, 1 | 2) => length <= other + 1,
        _ => {
            candidate.len() <= LONGEST
                && (length.abs_diff(other) <= length.div_ceil(3)
                    || word.contains(candidate)
                    || candidate.contains(word))
        }
    }
}
